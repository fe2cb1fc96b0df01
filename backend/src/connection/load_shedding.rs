//! Disconnects the connections that buffer most while the memory budget is exceeded.

use std::time::Duration;

use tokio::time::sleep;
use tracing::warn;

use super::memory_budget::MemoryBudget;
use super::registry::Registry;

/// Time in which closed connections free their memory, before others are closed.
const SETTLE: Duration = Duration::from_millis(20);

/// Minimum time between two log lines.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Waits until the budget is exceeded, and then closes connections. Never returns.
pub async fn run(registry: Registry, budget: MemoryBudget) {
    let mut logged = None::<tokio::time::Instant>;
    loop {
        budget.exceeded().await;
        let closed = registry.shed(budget.excess());
        if closed > 0 && logged.is_none_or(|at| at.elapsed() >= LOG_INTERVAL) {
            logged = Some(tokio::time::Instant::now());
            warn!(closed, limit = budget.limit(), "buffered memory exceeds --max-buffered; closing slow connections");
        }
        sleep(SETTLE).await;
    }
}
