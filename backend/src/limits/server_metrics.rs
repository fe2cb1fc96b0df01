//! Counters of rejections, closes and authentication failures.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::CloseCode;

/// Counters since the start of the server; a handle that is cheap to clone. Each method locks one mutex.
#[derive(Clone, Debug, Default)]
pub struct ServerMetrics(Arc<Mutex<ServerMetricsInner>>);

#[derive(Debug)]
struct ServerMetricsInner {
    rejected: BTreeMap<&'static str, u64>,
    /// Contains every named code from the start: an alert on an increase cannot see a series that begins above 0.
    closed: BTreeMap<CloseCode, u64>,
    failed: [u64; AuthFailure::ALL.len()],
}

/// Kind of an authentication or authorization failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthFailure {
    /// Neither a token nor a key was sent.
    Missing,
    /// The token or the key is invalid.
    Invalid,
    /// The token has expired.
    Expired,
    /// The token is valid, and its permissions are insufficient.
    Forbidden,
}

impl AuthFailure {
    const ALL: [Self; 4] = [Self::Missing, Self::Invalid, Self::Expired, Self::Forbidden];

    /// Returns the value of the metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
        }
    }
}

impl Default for ServerMetricsInner {
    fn default() -> Self {
        let closed = CloseCode::named().map(|code| (code, 0)).collect();
        Self { rejected: BTreeMap::new(), closed, failed: Default::default() }
    }
}

impl ServerMetrics {
    /// Counts a rejection for the given reason.
    pub fn add_rejection(&self, reason: &'static str) {
        *self.0.lock().rejected.entry(reason).or_default() += 1;
    }

    /// Counts a closed connection.
    pub fn add_close(&self, code: CloseCode) {
        *self.0.lock().closed.entry(code).or_default() += 1;
    }

    /// Counts an authentication or authorization failure.
    pub fn add_auth_failure(&self, failure: AuthFailure) {
        self.0.lock().failed[failure as usize] += 1;
    }

    /// Returns the number of failures of each kind.
    pub fn auth_failures(&self) -> [(AuthFailure, u64); AuthFailure::ALL.len()] {
        let failed = self.0.lock().failed;
        AuthFailure::ALL.map(|failure| (failure, failed[failure as usize]))
    }

    /// Returns the number of closed connections by close code, sorted by code.
    pub fn closes(&self) -> Vec<(CloseCode, u64)> {
        self.0.lock().closed.iter().map(|(code, count)| (*code, *count)).collect()
    }

    /// Returns the number of rejections by reason, sorted by reason.
    pub fn rejections(&self) -> Vec<(&'static str, u64)> {
        self.0.lock().rejected.iter().map(|(reason, count)| (*reason, *count)).collect()
    }
}
