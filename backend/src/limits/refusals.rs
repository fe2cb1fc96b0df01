//! How often something was refused, by what it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::CloseCode;

/// Counts by name; a handle that is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    refused: BTreeMap<&'static str, u64>,
    closed: BTreeMap<CloseCode, u64>,
    failed: [u64; Failure::ALL.len()],
}

/// Why somebody was not taken for who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No token and no key.
    Missing,
    /// A token or key that is no good.
    Invalid,
    /// A token that was good once.
    Expired,
    /// A good token, of somebody who may not.
    Forbidden,
}

impl Failure {
    const ALL: [Self; 4] = [Self::Missing, Self::Invalid, Self::Expired, Self::Forbidden];

    /// A word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
        }
    }
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

    /// Somebody was not taken for who may do something.
    pub fn failed(&self, failure: Failure) {
        self.0.lock().failed[failure as usize] += 1;
    }

    /// How often that was, by why.
    pub fn failures(&self) -> [(Failure, u64); Failure::ALL.len()] {
        let failed = self.0.lock().failed;
        Failure::ALL.map(|failure| (failure, failed[failure as usize]))
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
