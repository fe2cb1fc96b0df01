//! Order of the publishes of a connection, beyond a failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Number of publishes of a connection that failed after they waited. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct FailedPublishes(Arc<AtomicU64>);

/// Failures that a connection knew of when it began a publish. A publish that began before the connection could know of
/// a failure must not be carried out after it: the client repeats the failed one, and then this one.
#[derive(Clone, Debug)]
pub struct PublishOrder {
    failed: FailedPublishes,
    known: u64,
}

impl FailedPublishes {
    /// Begins a publish. To be called before the connection looks for failures.
    pub fn begin(&self) -> PublishOrder {
        PublishOrder { failed: self.clone(), known: self.0.load(Ordering::SeqCst) }
    }
}

impl PublishOrder {
    /// Returns whether an earlier publish has failed since.
    pub fn has_failure_before(&self) -> bool {
        self.failed.0.load(Ordering::SeqCst) != self.known
    }

    /// Records that the publish has failed. To be called after it was answered: a connection that has not seen the answer
    /// has not seen this, either.
    pub fn note_failure(&self) {
        self.failed.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_began_before_a_failure_is_behind_it() {
        let failed = FailedPublishes::default();
        let (first, second) = (failed.begin(), failed.begin());
        assert!(!second.has_failure_before());
        first.note_failure();
        assert!(second.has_failure_before());
        assert!(!failed.begin().has_failure_before());
    }
}
