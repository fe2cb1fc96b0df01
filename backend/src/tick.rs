//! The time, told to the lobby, as one of the tutorials' servers does.

use std::time::Duration;

use jiff::Zoned;
use tokio::time::{MissedTickBehavior, interval};

use crate::hub::Hub;
use crate::message::Message;

/// Tells the local time every so often, for ever.
pub async fn run(hub: Hub, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let now = Zoned::now().strftime("%H:%M:%S").to_string();
        hub.publish(&Message::text(format!("Server broadcast: Current time is {now}")));
    }
}
