//! Settings of the store.

use std::fmt;
use std::time::Duration;

use crate::backplane::shared::store::{Partition, StoreError};

use super::partition::MAX_PARTITIONS;
use super::url::RedisUrl;

/// Lifetime of a position, as a multiple of the lifetime of messages and keys. It is longer for two reasons: a client
/// that returns after its messages have expired learns from the position how many it has missed, and `keep` needs to
/// renew a room in use only rarely.
const POSITION_LIFETIMES: u32 = 4;
/// Lower bound for the lifetime of messages and keys in the calculation of [`RedisConfig::position_ttl`].
const MIN_LIFETIME: Duration = Duration::from_secs(60);
const MAX_PREFIX_LEN: usize = 64;

/// Settings of the connection to Redis. All nodes of a deployment have the same ones.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisConfig {
    /// Address of the store, with hosts separated by commas:
    /// * `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`: one server
    /// * `redis+sentinel://[[USER]:PASSWORD@]SENTINEL[:PORT],…/MASTER`: a master that Sentinel watches, with
    ///   `?sentinel_username=…&sentinel_password=…` if the sentinels have a password of their own
    /// * `redis+cluster://[[USER]:PASSWORD@]HOST[:PORT],…`: a Cluster, by some of its servers
    ///
    /// With `rediss` instead of `redis`, all connections use TLS and verify the certificate with the authorities of the
    /// system, or of the PEM file in `?ca=FILE`.
    pub url: String,
    /// First part of all keys and channels: 1 to 64 printable ASCII characters without braces. Deployments that share
    /// servers have different ones.
    pub prefix: String,
    /// Number of partitions, 1 to 1,024. It is fixed when the first node starts. Each node checks each partition every
    /// second, so it should not be much larger than needed: 16 lets each of 8 servers of a Cluster have two.
    pub partitions: Partition,
    /// Time after which an operation fails.
    pub deadline: Duration,
    /// Number of messages in the history of a room; 0 for no history.
    pub history_messages: usize,
    /// Age at which a message leaves the history. Messages carry their time and are removed when the history is read.
    pub history_age: Duration,
    /// Lifetime of an idempotency key.
    pub key_ttl: Duration,
    /// Number of events that are waiting to be received. More are dropped and counted; gaps in the offsets show which.
    pub queue: usize,
}

impl RedisConfig {
    /// Creates settings with defaults for everything but the address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: "yodel".into(),
            partitions: 16,
            deadline: Duration::from_secs(2),
            history_messages: 1000,
            history_age: Duration::from_secs(300),
            key_ttl: Duration::from_secs(300),
            queue: 65_536,
        }
    }

    /// Returns the lifetime of a position without publishes: four times that of a message or key, whichever is longer.
    /// Rooms in use have to be kept more often than that.
    pub fn position_ttl(&self) -> Duration {
        self.history_age.max(self.key_ttl).max(MIN_LIFETIME).saturating_mul(POSITION_LIFETIMES)
    }

    /// Returns the number of messages to retain, which is 0 if they have no lifetime.
    pub(super) fn retained_messages(&self) -> usize {
        if self.history_age.is_zero() { 0 } else { self.history_messages }
    }

    /// Checks everything but the address.
    pub(super) fn validate(&self) -> Result<(), StoreError> {
        let valid_prefix = (1..=MAX_PREFIX_LEN).contains(&self.prefix.len())
            && self.prefix.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}'));
        let error = if !valid_prefix {
            "the prefix of keys has 1 to 64 printable ASCII characters without braces".into()
        } else if !(1..=MAX_PARTITIONS).contains(&self.partitions) {
            format!("the number of partitions is 1 to {MAX_PARTITIONS}, not {}", self.partitions)
        } else if self.deadline.is_zero() {
            "the deadline of operations is greater than 0".into()
        } else if self.queue == 0 {
            "the queue of events has room for at least one".into()
        } else {
            return Ok(());
        };
        Err(StoreError(error))
    }
}

/// The address is shown without its password, and not at all if it is invalid.
impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig")
            .field("url", &RedisUrl::parse(&self.url))
            .field("prefix", &self.prefix)
            .field("partitions", &self.partitions)
            .field("deadline", &self.deadline)
            .field("history_messages", &self.history_messages)
            .field("history_age", &self.history_age)
            .field("key_ttl", &self.key_ttl)
            .field("queue", &self.queue)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_no_password() {
        for url in ["redis://user:hunter2@host", "redis://user:hun/ter2@host", "hunter2://x", "redis://a?hunter2=1"] {
            let shown = format!("{:?}", RedisConfig::new(url));
            assert!(!shown.contains("hun") && !shown.contains("ter2"), "{shown}");
        }
    }

    #[test]
    fn rejects_settings_outside_the_limits() {
        let valid = RedisConfig::new("redis://host");
        assert_eq!(valid.validate(), Ok(()));
        for invalid in [
            RedisConfig { prefix: String::new(), ..valid.clone() },
            RedisConfig { prefix: "a{b}".into(), ..valid.clone() },
            RedisConfig { partitions: 0, ..valid.clone() },
            RedisConfig { partitions: 1025, ..valid.clone() },
            RedisConfig { deadline: Duration::ZERO, ..valid.clone() },
            RedisConfig { queue: 0, ..valid.clone() },
        ] {
            assert!(invalid.validate().is_err(), "{invalid:?}");
        }
    }

    #[test]
    fn positions_outlive_messages_and_keys() {
        let config = RedisConfig { history_age: Duration::from_secs(7200), ..RedisConfig::new("redis://host") };
        assert_eq!(config.position_ttl(), Duration::from_secs(4 * 7200));
        let config = RedisConfig { history_age: Duration::ZERO, ..config };
        assert_eq!(config.position_ttl(), Duration::from_secs(4 * 300));
    }
}
