//! Rooms that several nodes share through Redis or Valkey.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::{Error, Server, ServerBuilder};
use crate::backplane::redis::{RedisConfig, RedisStore};
use crate::backplane::shared::config::SharedConfig;
use crate::backplane::shared::store::Event;
use crate::config::ServerConfig;
use crate::connection::context::RedisBackplane;
use crate::hub::{Hub, HubNode, KEY_TTL};
use crate::runtime::{self, TokioSpawner, random};

/// Backplane of a node, and the events that it has not begun to receive.
pub struct SharedRooms {
    backplane: Arc<RedisBackplane>,
    events: Mutex<Option<mpsc::Receiver<Event>>>,
}

impl SharedRooms {
    /// Returns the backplane.
    pub fn backplane(&self) -> Arc<RedisBackplane> {
        Arc::clone(&self.backplane)
    }

    /// Returns the work of the backplane, which has to run as long as the server; `None` from the second call on.
    pub fn start(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let events = self.events.lock().take()?;
        Some(Arc::clone(&self.backplane).run(events))
    }
}

impl fmt::Debug for SharedRooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedRooms").field("backplane", &self.backplane).finish_non_exhaustive()
    }
}

impl ServerBuilder {
    /// Builds a server that shares its rooms with other nodes through Redis or Valkey, and connects to it.
    ///
    /// All nodes need the same settings of the history, which take the place of those in `redis`. What weakens the
    /// guarantees, such as a Redis without a durable log, is logged as a warning.
    ///
    /// # Errors
    /// As for [`build`](Self::build); also returns an error if Redis cannot be reached or used.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use yodel_server::{RedisConfig, Server};
    ///
    /// let server = Server::builder().build_with_redis(RedisConfig::new("redis://127.0.0.1")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn build_with_redis(self, redis: RedisConfig) -> Result<Server, Error> {
        self.check()?;
        let node = node_name(&self.config);
        let redis = with_history(redis, &self.config);
        let shared = SharedConfig {
            recover_max: self.config.recover_max,
            per_user: self.config.retention().per_user,
            room_lifetime: redis.position_ttl(),
            // Unique to the process: a node that is restarted does not continue the lease of its predecessor.
            ..SharedConfig::new(&format!("{node}.{}", random::node_name()))
        };
        let (store, events, findings) =
            RedisStore::connect(redis).await.map_err(|error| Error::Redis(error.to_string()))?;
        for finding in findings {
            warn!(%finding, "Redis weakens the guarantees");
        }
        info!(%node, "rooms are shared through Redis");
        let hub_node = Arc::<HubNode<_>>::default();
        let (clock, random) = (Box::new(self.clock.clone()), Box::new(random::SystemRandom));
        let handler = Arc::clone(&hub_node);
        let backplane = RedisBackplane::new(Arc::new(store), shared, clock, random, handler);
        let spawner = Arc::<TokioSpawner>::default();
        let environment = runtime::environment(self.clock.clone(), Arc::clone(&spawner));
        let hub = Hub::with_backplane(self.config.retention(), environment, Arc::clone(&backplane) as _);
        hub_node.attach(&hub);
        let shared_rooms = SharedRooms { backplane, events: Mutex::new(Some(events)) };
        let config = ServerConfig { node: node.parse().ok(), ..self.config.clone() };
        let server = self.config(config).build_with(hub, spawner)?;
        Ok(Server { shared_rooms: Some(Arc::new(shared_rooms)), ..server })
    }
}

/// Returns the name of the node: the one in the settings, or a random one.
fn node_name(config: &ServerConfig) -> String {
    config.node.as_ref().map_or_else(random::node_name, |node| node.as_str().to_owned())
}

/// Returns the settings of the store with the history of the server.
fn with_history(redis: RedisConfig, config: &ServerConfig) -> RedisConfig {
    RedisConfig {
        history_messages: config.history_messages,
        history_age: config.history_age,
        key_ttl: KEY_TTL,
        ..redis
    }
}
