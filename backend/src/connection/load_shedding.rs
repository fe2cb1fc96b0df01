//! Disconnects the connections that buffer most while the memory budget is exceeded.

use std::cmp::Reverse;
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
        let closed = shed(&registry, budget.excess());
        if closed > 0 && logged.is_none_or(|at| at.elapsed() >= LOG_INTERVAL) {
            logged = Some(tokio::time::Instant::now());
            warn!(closed, limit = budget.limit(), "buffered memory exceeds --max-buffered; closing slow connections");
        }
        sleep(SETTLE).await;
    }
}

/// Closes the connections with the largest buffers, until the closed ones had at least `excess` bytes together. Returns
/// how many of them were still open.
fn shed(registry: &Registry, excess: usize) -> usize {
    let mut buffering = registry.buffering();
    buffering.sort_unstable_by_key(|(memory, _)| Reverse(*memory));
    let (mut freed, mut closed) = (0, 0);
    for (memory, handle) in buffering {
        if freed >= excess {
            break;
        }
        (freed, closed) = (freed + memory, closed + usize::from(handle.shed()));
    }
    closed
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::connection::handle::ConnectionHandle;
    use crate::connection::memory_budget::MemoryPart;
    use crate::connection::outbox::Outbox;
    use crate::encode::WireFormat;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn sheds_the_connections_that_buffer_most() {
        let (registry, budget) = (Registry::new(25 * SECOND, 10 * SECOND), MemoryBudget::new(6_000));
        let connections: Vec<_> = [0, 500, 3_000, 1_000, 2_000]
            .map(|bytes| {
                let outbox = Outbox::new(WireFormat::Plain, None, 1024, budget.clone());
                let handle = Arc::new(ConnectionHandle::new(outbox));
                if bytes > 0 {
                    handle.outbox.push_reply(vec![0; bytes].into());
                }
                (Arc::clone(&handle), registry.register(handle))
            })
            .into();
        connections[1].0.report_memory(1_500, 100);
        assert!(budget.excess() > 2_000, "{budget:?}");
        assert_eq!(shed(&registry, budget.excess()), 1);
        assert_eq!(budget.excess(), 0);
        assert_eq!(shed(&registry, 3_000), 2);
        let kept: Vec<_> = connections.iter().map(|(handle, _)| handle.disconnect_reason().is_none()).collect();
        assert_eq!(kept, [true, false, false, true, false], "{budget:?}");
        drop((connections, registry));
        assert_eq!((MemoryPart::ALL.map(|part| budget.part(part)), budget.shed()), ([0; 4], 3));
    }
}
