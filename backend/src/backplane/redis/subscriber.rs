//! Receives events from one server.

use std::sync::Arc;

use tokio::sync::watch;
use tracing::{debug, warn};

use super::assignment::Assignment;
use super::changed_channels::ChangedChannels;
use super::connection::RedisConnection;
use super::context::RedisContext;
use super::link::Link;
use super::reconnect_delays::ReconnectDelays;
use super::subscribe_session::SubscribeSession;

/// Keeps a connection for subscriptions open, for ever, to the server to which `link` is connected.
pub(super) async fn supervise(
    context: &RedisContext,
    changes: &ChangedChannels,
    link: &Link,
    mut assigned: watch::Receiver<Assignment>,
) {
    let mut delays = ReconnectDelays::default();
    loop {
        let connection = connected(link).await;
        match SubscribeSession::start(context, changes, &connection, &mut assigned).await {
            Ok(mut session) => {
                delays.reset();
                let Err(reason) = session.run(link, &connection).await;
                warn!(server = %connection.address(), %reason, "redis subscriptions interrupted; connecting again");
            }
            Err(reason) => {
                debug!(server = %connection.address(), %reason, "cannot connect for redis subscriptions");
            }
        }
        tokio::time::sleep(delays.next_delay()).await;
    }
}

async fn connected(link: &Link) -> Arc<RedisConnection> {
    let mut states = link.subscribe();
    loop {
        if let Some(connection) = states.borrow_and_update().connection() {
            return connection;
        }
        if states.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
