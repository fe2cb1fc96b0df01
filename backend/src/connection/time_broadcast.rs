//! The local time, published in the lobby at intervals, as a tutorial server does.

use std::time::Duration;

use jiff::Zoned;
use tokio::time::{MissedTickBehavior, interval};

use crate::encode::SharedPayload;
use crate::hub::Hub;

/// Publishes the local time at the given interval. Returns at once without an interval, otherwise never.
pub async fn run(hub: Hub<SharedPayload>, every: Option<Duration>) {
    let Some(every) = every else { return };
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let now = Zoned::now().strftime("%H:%M:%S").to_string();
        hub.broadcast_plain(&format!("Server broadcast: Current time is {now}"));
    }
}
