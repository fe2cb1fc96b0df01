//! Settings of the shared backplane.
//!
//! What is bounded, by which setting or constant, and where it is seen:
//!
//! | bound | value | beyond it | metric |
//! |---|---|---|---|
//! | publishes that wait | `queue_messages` per partition, `queue_bytes` | answered as unavailable | `queued`, `queued_bytes`, `unavailable` |
//! | a batch of publishes | 128 messages, 1 MiB | the next batch | `in_flight` |
//! | time of a publish, a follow, a listing | `publish_timeout`, `follow_timeout`, `listing_timeout` | answered as unavailable | `unavailable`, `failed_listings` |
//! | signals that wait | 4096 | dropped | `dropped_signals` |
//! | signals in a batch | 128 | the next batch | |
//! | changes of presence that wait | 4096 per partition; newer ones of a user of a room replace older ones | the presence of the whole room is sent again | `queued_presence()` |
//! | rooms with such changes | 65,536 per partition | dropped: found by the next synchronization, if the room has members | `dropped_presence` |
//! | users whose lists of connections wait | 1024 per partition, or twice the users with connections or a list in the store | those without are forgotten | `queued_presence()` |
//! | renewal of the lists of users | spread over a third of `room_lifetime` | | |
//! | reads of rooms that are behind, and of presence | 64 at a time; pages of 256 messages | wait | `catch_ups` |
//! | listings | 4 at a time | wait | `failed_listings` |
//! | connections in the list of a user | 1000 per node | the newest are left out | |
//! | rooms whose positions are kept | 512 per operation | the next operation | |

use std::sync::Arc;
use std::time::Duration;

/// Settings of the shared backplane of a node.
#[derive(Clone, Debug)]
pub struct SharedConfig {
    /// Name of this node, unique to its process.
    pub node: Arc<str>,
    /// Maximum number of messages that wait in a partition to be published.
    pub queue_messages: usize,
    /// Maximum size of the messages that wait in all partitions, in bytes.
    pub queue_bytes: usize,
    /// Time after which a publish is answered as unavailable.
    pub publish_timeout: Duration,
    /// Time after which a follow is answered as unavailable.
    pub follow_timeout: Duration,
    /// Time after which a listing of rooms or users is answered as unavailable.
    pub listing_timeout: Duration,
    /// Maximum number of messages in one recovery.
    pub recover_max: usize,
    /// Time between two checks of a partition.
    pub check_interval: Duration,
    /// Time for which the lease of this node is valid without a check.
    pub lease: Duration,
    /// Time after the last join of a room without members until this node no longer follows it.
    pub unused_after: Duration,
    /// Lifetime of the position of a room in the store. A third of it is the time between two renewals.
    pub room_lifetime: Duration,
    /// Maximum number of connections of a user to all nodes.
    pub per_user: u32,
    /// Time between two complete reads of the presence of a room.
    pub presence_interval: Duration,
}

impl SharedConfig {
    /// Creates the default settings of a node.
    pub fn new(node: &str) -> Self {
        Self {
            node: node.into(),
            // A few seconds of messages at 1,000 per second and partition, and far more than the store holds in flight.
            queue_messages: 4096,
            queue_bytes: 64 << 20,
            // Less than a client waits for its acknowledgment.
            publish_timeout: Duration::from_secs(5),
            follow_timeout: Duration::from_secs(5),
            listing_timeout: Duration::from_secs(5),
            recover_max: 1000,
            check_interval: Duration::from_secs(1),
            // Several checks may fail.
            lease: Duration::from_secs(10),
            unused_after: Duration::from_secs(10),
            room_lifetime: Duration::from_secs(24 * 60 * 60),
            per_user: u32::MAX,
            presence_interval: Duration::from_secs(30),
        }
    }
}
