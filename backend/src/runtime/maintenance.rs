//! Periodic work of the hub.

use std::future::Future;
use std::sync::Arc;

use tokio::time::{MissedTickBehavior, interval};

use super::spawner::TokioSpawner;
use crate::hub::{Hub, Payload, TICK};

/// Attaches `spawner` to the current runtime, and returns a future that calls [`Hub::tick`] periodically. It
/// never completes; dropping it detaches the spawner.
///
/// # Panics
/// If called outside of a tokio runtime.
pub fn maintain<P: Payload>(hub: Hub<P>, spawner: &Arc<TokioSpawner>) -> impl Future<Output = ()> + Send + use<P> {
    let attachment = spawner.attach();
    async move {
        let _attachment = attachment;
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            hub.tick();
        }
    }
}
