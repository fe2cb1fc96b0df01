//! How often something was rejected, by what it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::CloseCode;

/// Counts by name; a handle that is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ServerMetrics(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    rejected: BTreeMap<&'static str, u64>,
    closed: BTreeMap<CloseCode, u64>,
    failed: [u64; AuthFailure::ALL.len()],
}

/// Why somebody was not taken for who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthFailure {
    /// No token and no key.
    Missing,
    /// A token or key that is no good.
    Invalid,
    /// A token that was good once.
    Expired,
    /// A good token, of somebody who may not.
    Forbidden,
}

impl AuthFailure {
    const ALL: [Self; 4] = [Self::Missing, Self::Invalid, Self::Expired, Self::Forbidden];

    /// A word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
        }
    }
}

impl ServerMetrics {
    /// Counts one more.
    pub fn add_rejection(&self, what: &'static str) {
        *self.0.lock().rejected.entry(what).or_default() += 1;
    }

    /// A connection was closed.
    pub fn add_close(&self, code: CloseCode) {
        *self.0.lock().closed.entry(code).or_default() += 1;
    }

    /// Somebody was not taken for who may do something.
    pub fn add_auth_failure(&self, failure: AuthFailure) {
        self.0.lock().failed[failure as usize] += 1;
    }

    /// How often that was, by why.
    pub fn auth_failures(&self) -> [(AuthFailure, u64); AuthFailure::ALL.len()] {
        let failed = self.0.lock().failed;
        AuthFailure::ALL.map(|failure| (failure, failed[failure as usize]))
    }

    /// How many connections were closed, by code.
    pub fn closes(&self) -> Vec<(CloseCode, u64)> {
        self.0.lock().closed.iter().map(|(code, count)| (*code, *count)).collect()
    }

    /// What was counted so far.
    pub fn rejections(&self) -> Vec<(&'static str, u64)> {
        self.0.lock().rejected.iter().map(|(what, count)| (*what, *count)).collect()
    }
}
