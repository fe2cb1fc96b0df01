//! Services that all rooms of a hub share.

#[cfg(feature = "disk")]
use std::sync::Arc;

use super::metrics::HubMetrics;
#[cfg(feature = "disk")]
use crate::backplane::journal::Journal;
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
    /// Journal that keeps the rooms on a disk; `None` if they are only in memory.
    #[cfg(feature = "disk")]
    pub journal: Option<Arc<dyn Journal>>,
}

impl HubServices {
    /// Creates services with counters at zero.
    pub fn new(retention: RetentionConfig, environment: Environment, follows: bool) -> Self {
        Self {
            retention,
            metrics: HubMetrics::default(),
            environment,
            follows,
            #[cfg(feature = "disk")]
            journal: None,
        }
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
