//! How often something was refused, by what it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::CloseCode;

/// Counts by name; a handle that is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    refused: BTreeMap<&'static str, u64>,
    closed: BTreeMap<CloseCode, u64>,
}

impl Tally {
    /// Counts one more.
    pub fn count(&self, what: &'static str) {
        *self.0.lock().refused.entry(what).or_default() += 1;
    }

    /// A connection was closed.
    pub fn closed(&self, code: CloseCode) {
        *self.0.lock().closed.entry(code).or_default() += 1;
    }

    /// How many connections were closed, by code.
    pub fn closes(&self) -> Vec<(CloseCode, u64)> {
        self.0.lock().closed.iter().map(|(code, count)| (*code, *count)).collect()
    }

    /// What was counted so far.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        self.0.lock().refused.iter().map(|(what, count)| (*what, *count)).collect()
    }
}
