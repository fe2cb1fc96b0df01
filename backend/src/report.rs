//! What was refused, told to the log now and then: a line for each would help who floods the server.

use std::time::Duration;

use tokio::time::interval;
use tracing::warn;

use crate::connection::admission::Admission;

/// How often there may be a line.
const EVERY: Duration = Duration::from_secs(10);

/// Tells what was refused since the last time, for ever.
pub async fn run(admission: Admission) {
    let mut told: Vec<u64> = admission.refused().map(|_| 0).collect();
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        for ((refused, count), told) in admission.refused().zip(&mut told) {
            if count > *told {
                warn!(handshakes = count - *told, in_all = count, why = %refused, "refused");
            }
            *told = count;
        }
    }
}
