//! Outcome of a simulation.

use std::collections::BTreeSet;

use crate::record::{Counts, Line};
use crate::violation::{Property, Violation};
use crate::world::World;

/// Outcome of a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Events in their order.
    pub transcript: Vec<Line>,
    /// Broken promises.
    pub violations: Vec<Violation>,
    /// Numbers of events.
    pub counts: Counts,
}

impl Outcome {
    /// Takes the outcome of a simulation that has ended.
    pub fn new(world: &World) -> Self {
        let (transcript, violations, counts) = world.record.take();
        Self { transcript, violations, counts }
    }

    /// Returns the properties that were violated.
    pub fn violated(&self) -> BTreeSet<Property> {
        self.violations.iter().map(|violation| violation.property).collect()
    }
}
