//! Services that all rooms of a hub share.

use super::metrics::HubMetrics;
use crate::config::RetentionConfig;
use crate::environment::{Clock, Environment, Timestamp};

/// Limits, counters and environment of a hub.
#[derive(Debug)]
pub struct HubServices {
    /// Limits of history, presence and rooms.
    pub retention: RetentionConfig,
    /// Counters of all rooms.
    pub metrics: HubMetrics,
    /// Clock, random source and spawner.
    pub environment: Environment,
    /// True if rooms follow a backplane that other nodes publish to as well.
    pub follows: bool,
}

impl HubServices {
    /// Creates services with counters at zero.
    pub fn new(retention: RetentionConfig, environment: Environment, follows: bool) -> Self {
        Self { retention, metrics: HubMetrics::default(), environment, follows }
    }

    /// Returns the clock of the environment.
    pub fn clock(&self) -> &dyn Clock {
        &*self.environment.clock
    }

    /// Returns the monotonic time.
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }
}
