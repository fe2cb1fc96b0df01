//! Record of a simulation: what has happened, and which promises were broken. Clones share their state.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::time::Instant;
use yodel_protocol::{Epoch, Position, RoomName};

use crate::violation::{Property, Violation};

/// Record of a simulation.
#[derive(Clone, Debug)]
pub struct Record(Arc<RecordInner>);

#[derive(Debug)]
struct RecordInner {
    start: Instant,
    state: Mutex<RecordState>,
}

#[derive(Debug, Default)]
struct RecordState {
    transcript: Vec<Line>,
    violations: Vec<Violation>,
    counts: Counts,
    /// Short names of epochs, in the order of their appearance.
    epochs: BTreeMap<Epoch, usize>,
}

/// Line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Time since the start, in milliseconds.
    pub at_ms: u64,
    /// Text of the event.
    pub text: String,
}

/// Numbers that show what a simulation has tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that clients have sent.
    pub sent: usize,
    /// Messages that were acknowledged.
    pub acknowledged: usize,
    /// Messages that members have received.
    pub received: usize,
    /// Messages without a position that clients have received.
    pub best_effort: usize,
    /// Connections that were established.
    pub connections: usize,
    /// Losses that clients were told of.
    pub losses: usize,
    /// Starts of nodes, the first ones included.
    pub starts: usize,
    /// Messages that a start has found on the disk, although they were not acknowledged.
    pub found: usize,
}

impl Counts {
    /// Adds other counts.
    pub fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.acknowledged += other.acknowledged;
        self.received += other.received;
        self.best_effort += other.best_effort;
        self.connections += other.connections;
        self.losses += other.losses;
        self.starts += other.starts;
        self.found += other.found;
    }
}

impl Record {
    /// Creates an empty record, whose time starts now.
    pub fn new() -> Self {
        Self(Arc::new(RecordInner { start: Instant::now(), state: Mutex::default() }))
    }

    /// Returns the time since the start, in milliseconds.
    pub fn now_ms(&self) -> u64 {
        u64::try_from(self.0.start.elapsed().as_millis()).expect("a simulation is short")
    }

    /// Appends a line to the transcript.
    pub fn note(&self, text: impl Display) {
        let line = Line { at_ms: self.now_ms(), text: text.to_string() };
        self.0.state.lock().transcript.push(line);
    }

    /// Records a broken promise.
    pub fn violation(&self, property: Property, text: impl Display) {
        let violation = Violation { property, text: text.to_string() };
        self.note(format!("VIOLATION of {violation}"));
        self.0.state.lock().violations.push(violation);
    }

    /// Counts something.
    pub fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut self.0.state.lock().counts);
    }

    /// Returns a position as text, with a short name of its epoch.
    pub fn position(&self, room: &RoomName, position: &Position) -> String {
        let mut state = self.0.state.lock();
        let next = state.epochs.len() + 1;
        let epoch = *state.epochs.entry(position.epoch.clone()).or_insert(next);
        format!("{room} E{epoch}/{}", position.offset.0)
    }

    /// Returns whether nothing was violated.
    pub fn is_clean(&self) -> bool {
        self.0.state.lock().violations.is_empty()
    }

    /// Returns the transcript, the violations and the counts.
    pub fn take(&self) -> (Vec<Line>, Vec<Violation>, Counts) {
        let state = std::mem::take(&mut *self.0.state.lock());
        (state.transcript, state.violations, state.counts)
    }
}
