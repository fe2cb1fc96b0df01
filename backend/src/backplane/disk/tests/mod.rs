//! Tests of the engine on a simulated disk.

mod clock;
mod damage;
mod disk;
mod faults;
mod folder;
mod footprint;
mod measure;
mod model;
mod queue;
mod random;
mod simulation;
mod support;
