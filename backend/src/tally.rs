//! How often something was refused, by what it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

/// Counts by name; a handle that is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Tally {
    /// Counts one more.
    pub fn count(&self, what: &'static str) {
        *self.0.lock().entry(what).or_default() += 1;
    }

    /// What was counted so far.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        self.0.lock().iter().map(|(what, count)| (*what, *count)).collect()
    }
}
