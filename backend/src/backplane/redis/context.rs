//! What all parts of a store share.

use tokio::sync::{Notify, mpsc};

use crate::backplane::shared::store::Event;

use super::config::RedisConfig;
use super::dialer::Dialer;
use super::keys::Keys;
use super::metrics::RedisMetrics;
use super::subscriptions::Subscriptions;

/// What all parts of a store share.
pub(super) struct RedisContext {
    pub config: RedisConfig,
    pub keys: Keys,
    pub dialer: Dialer,
    pub is_cluster: bool,
    pub metrics: RedisMetrics,
    pub subscriptions: Subscriptions,
    pub events: mpsc::Sender<Event>,
    /// Asks for a new look at which server of the Cluster has which slots.
    pub refresh: Notify,
}
