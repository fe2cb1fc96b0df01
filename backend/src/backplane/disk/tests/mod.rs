//! Tests of the engine on a simulated disk.

mod clock;
mod damage;
mod faults;
mod folder;
mod measure;
mod model;
mod simulation;
mod support;
