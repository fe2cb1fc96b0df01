//! The time, told to the lobby, as one of the tutorials' servers does.

use std::time::Duration;

use jiff::Zoned;
use tokio::time::{MissedTickBehavior, interval};

use crate::encode::SharedPayload;
use crate::hub::Hub;

/// Tells the local time every so often, for ever, if at all.
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
