//! Keeps a connection to a server open.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, info, warn};

use crate::backplane::shared::store::StoreError;

use super::assignment::Assignment;
use super::connection::RedisConnection;
use super::context::RedisContext;
use super::locator::Locator;
use super::reconnect_delays::ReconnectDelays;

/// Time to find a server, to connect to it and to claim its partitions, as a multiple of the deadline of an operation.
/// A server that has just started may be slow.
const OPEN_DEADLINES: u32 = 2;

/// The connection for operations on a server, which is opened again when it ends.
#[derive(Debug)]
pub(super) struct Link {
    state: watch::Sender<LinkState>,
}

/// State of a link.
#[derive(Clone)]
pub(super) enum LinkState {
    /// The first attempt is not finished.
    Connecting,
    /// Not connected since this time, for this reason.
    Down(Instant, StoreError),
    Up(Arc<RedisConnection>),
}

impl Default for Link {
    fn default() -> Self {
        Self { state: watch::Sender::new(LinkState::Connecting) }
    }
}

impl Link {
    pub fn subscribe(&self) -> watch::Receiver<LinkState> {
        self.state.subscribe()
    }

    /// Returns the connection if there is one.
    pub fn current(&self) -> Option<Arc<RedisConnection>> {
        self.state.borrow().connection()
    }

    /// Returns the connection, and waits for one that has not been absent for longer than `patience`.
    pub async fn connection(&self, patience: Duration) -> Result<Arc<RedisConnection>, StoreError> {
        let mut states = self.state.subscribe();
        let mut until = None;
        loop {
            let (since, reason) = match &*states.borrow_and_update() {
                LinkState::Up(connection) if !connection.session().is_closed() => return Ok(Arc::clone(connection)),
                // The supervisor has not noticed yet.
                LinkState::Up(_) => (Instant::now(), StoreError("the connection to Redis ended".into())),
                LinkState::Down(since, reason) => (*since, reason.clone()),
                LinkState::Connecting => (Instant::now(), StoreError("not yet connected to Redis".into())),
            };
            let until = *until.get_or_insert(since + patience);
            if !matches!(timeout_at(until, states.changed()).await, Ok(Ok(()))) {
                return Err(reason);
            }
        }
    }

    /// Returns the result of the first attempt to connect.
    pub async fn first_connection(&self) -> Result<Arc<RedisConnection>, StoreError> {
        let mut states = self.state.subscribe();
        loop {
            match &*states.borrow_and_update() {
                LinkState::Connecting => {}
                LinkState::Up(connection) => return Ok(Arc::clone(connection)),
                LinkState::Down(_, reason) => return Err(reason.clone()),
            }
            if states.changed().await.is_err() {
                return Err(StoreError("the store has ended".into()));
            }
        }
    }

    /// Keeps the connection open, for ever. `assigned` is what the server has.
    pub async fn supervise(
        &self,
        context: &Arc<RedisContext>,
        locator: &Locator,
        assigned: &watch::Receiver<Assignment>,
    ) {
        let mut delays = ReconnectDelays::default();
        // The first failure of all is not repeated here: whoever waits for the first connection reports it.
        let (mut was_up, mut is_reported) = (false, true);
        loop {
            match open(context, locator, assigned).await {
                Ok(connection) => {
                    if was_up {
                        context.metrics.add_reconnect();
                    }
                    was_up = true;
                    is_reported = false;
                    delays.reset();
                    let connection = Arc::new(connection);
                    info!(server = %connection.address(), "connected to redis");
                    self.state.send_replace(LinkState::Up(Arc::clone(&connection)));
                    tokio::select! {
                        () = connection.session().closed() => {}
                        () = locator.moved(context, connection.address()) => connection.session().close(),
                    }
                    warn!(server = %connection.address(), "connection to redis ended; connecting again");
                    self.go_down(StoreError("the connection to Redis ended".into()));
                }
                Err(reason) => {
                    if std::mem::replace(&mut is_reported, true) {
                        debug!(server = locator.name(), %reason, "cannot use redis");
                    } else {
                        warn!(server = locator.name(), %reason, "cannot use redis; trying again until it works");
                    }
                    self.go_down(reason);
                }
            }
            context.refresh.notify_one();
            tokio::time::sleep(delays.next_delay()).await;
        }
    }

    fn go_down(&self, reason: StoreError) {
        self.state.send_modify(|state| {
            let since = match state {
                LinkState::Down(since, _) => *since,
                LinkState::Up(_) | LinkState::Connecting => Instant::now(),
            };
            *state = LinkState::Down(since, reason);
        });
    }
}

impl LinkState {
    /// Returns the connection if there is one.
    pub fn connection(&self) -> Option<Arc<RedisConnection>> {
        match self {
            Self::Up(connection) if !connection.session().is_closed() => Some(Arc::clone(connection)),
            _ => None,
        }
    }
}

impl std::fmt::Debug for LinkState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connecting => f.write_str("Connecting"),
            Self::Down(_, reason) => f.debug_tuple("Down").field(reason).finish(),
            Self::Up(connection) => f.debug_tuple("Up").field(connection.address()).finish(),
        }
    }
}

async fn open(
    context: &Arc<RedisContext>,
    locator: &Locator,
    assigned: &watch::Receiver<Assignment>,
) -> Result<RedisConnection, StoreError> {
    let limit = context.config.deadline * OPEN_DEADLINES;
    let opening = async {
        let address = locator.locate(context).await?;
        let assigned = assigned.borrow().clone();
        RedisConnection::open(context, address, &assigned).await
    };
    timeout(limit, opening).await.unwrap_or_else(|_| {
        Err(StoreError(format!("Redis server {} does not answer within {limit:?}", locator.name())))
    })
}
