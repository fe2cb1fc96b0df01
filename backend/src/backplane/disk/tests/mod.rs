//! Tests of the engine on a simulated disk.

mod clock;
mod damage;
mod faults;
mod folder;
mod footprint;
mod measure;
mod model;
mod queue;
mod simulation;
mod support;
