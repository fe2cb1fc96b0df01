//! Tests of the engine on a simulated disk.

mod clock;
mod damage;
mod disk;
mod faults;
mod folder;
mod measure;
mod model;
mod random;
mod simulation;
mod support;
