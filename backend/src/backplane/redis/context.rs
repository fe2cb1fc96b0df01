//! State that all parts of a store share.

use tokio::sync::{Notify, mpsc};

use crate::backplane::shared::store::Event;

use super::config::RedisConfig;
use super::dialer::Dialer;
use super::keys::Keys;
use super::metrics::RedisMetrics;
use super::subscriptions::Subscriptions;

/// State that all parts of a store share.
pub(super) struct RedisContext {
    pub config: RedisConfig,
    pub keys: Keys,
    pub dialer: Dialer,
    pub is_cluster: bool,
    pub metrics: RedisMetrics,
    pub subscriptions: Subscriptions,
    pub events: mpsc::Sender<Event>,
    /// Requests another look-up of the slots of the Cluster.
    pub refresh: Notify,
}
