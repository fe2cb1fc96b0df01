//! Properties of a server that matter to the guarantees.

use std::fmt;

use super::address::Address;
use super::facts::{Durability, OutputLimit, ServerFacts, ServerRole};

/// Limits below those of a default installation, in bytes.
const USUAL_HARD_LIMIT: u64 = 32 << 20;
const USUAL_SOFT_LIMIT: u64 = 8 << 20;

/// Property of a server that matters to the guarantees. The text says what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The server is older than Redis 7.0 or Valkey 8.0. It cannot be used.
    Version {
        /// Host and port.
        server: String,
        /// Name and version of its software.
        version: String,
    },
    /// The server is a replica. It cannot be used.
    Replica {
        /// Host and port.
        server: String,
    },
    /// The server is part of a Cluster, and the address is not that of one. It cannot be used.
    UnexpectedCluster {
        /// Host and port.
        server: String,
    },
    /// The address is that of a Cluster, and the server is not part of one. It cannot be used.
    NoCluster {
        /// Host and port.
        server: String,
    },
    /// A write may not be on the disk when it is answered.
    WeakDurability {
        /// Host and port.
        server: String,
        /// The setting.
        setting: &'static str,
        /// True if acknowledgments wait until the message is on the disk.
        waits: bool,
    },
    /// The user may not read the settings.
    UnknownDurability {
        /// Host and port.
        server: String,
    },
    /// The server removes keys when its memory is full.
    Eviction {
        /// Host and port.
        server: String,
        /// The setting `maxmemory-policy`.
        policy: String,
    },
    /// The server closes the connections of slow subscribers earlier than usual.
    SubscriberLimit {
        /// Host and port.
        server: String,
        /// Bytes at which a connection is closed at once; 0 for no limit.
        hard: u64,
        /// Bytes at which a connection is closed after `seconds`; 0 for no limit.
        soft: u64,
        /// See `soft`.
        seconds: u64,
    },
}

impl Finding {
    /// Returns whether the server cannot be used.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::Version { .. } | Self::Replica { .. } | Self::UnexpectedCluster { .. } | Self::NoCluster { .. }
        )
    }

    /// Examines a server.
    pub(super) fn of_server(facts: &ServerFacts, address: &Address, expects_cluster: bool) -> Vec<Self> {
        let server = address.to_string();
        let mut findings = Vec::new();
        let (name, oldest) = if facts.is_valkey { ("Valkey", (8, 0)) } else { ("Redis", (7, 0)) };
        if facts.version < oldest {
            let version = format!("{name} {}.{}", facts.version.0, facts.version.1);
            findings.push(Self::Version { server: server.clone(), version });
        }
        if facts.role == ServerRole::Replica {
            findings.push(Self::Replica { server: server.clone() });
        }
        match (facts.is_cluster, expects_cluster) {
            (true, false) => findings.push(Self::UnexpectedCluster { server: server.clone() }),
            (false, true) => findings.push(Self::NoCluster { server: server.clone() }),
            _ => {}
        }
        match facts.durability {
            Durability::Strict => {}
            Durability::Weak(setting) => {
                let waits = facts.waits_for_disk();
                findings.push(Self::WeakDurability { server: server.clone(), setting, waits });
            }
            Durability::Unknown => findings.push(Self::UnknownDurability { server: server.clone() }),
        }
        if let Some(policy) = facts.eviction.clone() {
            findings.push(Self::Eviction { server: server.clone(), policy });
        }
        if let Some(OutputLimit { hard, soft, seconds }) = facts.subscriber_limit
            && ((1..USUAL_HARD_LIMIT).contains(&hard) || (1..USUAL_SOFT_LIMIT).contains(&soft))
        {
            findings.push(Self::SubscriberLimit { server, hard, soft, seconds });
        }
        findings
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { server, version } => {
                write!(f, "Redis server {server} is {version}; sharded channels need Redis 7.0 or Valkey 8.0")
            }
            Self::Replica { server } => write!(f, "Redis server {server} is a replica; use the address of its master"),
            Self::UnexpectedCluster { server } => {
                write!(f, "Redis server {server} is part of a Cluster; use an address with redis+cluster://")
            }
            Self::NoCluster { server } => {
                write!(f, "Redis server {server} is not part of a Cluster; use an address with redis://")
            }
            Self::WeakDurability { server, setting, waits: true } => write!(
                f,
                "Redis server {server} has {setting}: each publish waits up to a second for the disk, and every restart \
                 resets the history of all rooms; `appendfsync always` prevents both"
            ),
            Self::WeakDurability { server, setting, waits: false } => write!(
                f,
                "Redis server {server} has {setting}: a crash can lose acknowledged messages, so every restart resets \
                 the history of all rooms; `appendonly yes` and `appendfsync always` prevent both"
            ),
            Self::UnknownDurability { server } => write!(
                f,
                "Redis server {server} does not allow CONFIG GET: whether a crash loses acknowledged messages is \
                 unknown, so every restart resets the history of all rooms"
            ),
            Self::Eviction { server, policy } => write!(
                f,
                "Redis server {server} has maxmemory-policy {policy}: it can remove histories, presence and idempotency \
                 keys before their time; use noeviction"
            ),
            Self::SubscriberLimit { server, hard, soft, seconds } => write!(
                f,
                "Redis server {server} closes connections of subscribers at {hard} B, or at {soft} B for {seconds} s \
                 (client-output-buffer-limit pubsub): bursts are delivered late, by reading the history"
            ),
        }
    }
}

#[cfg(test)]
#[path = "tests/finding.rs"]
mod tests;
