//! Servers that share a backplane.

use std::time::Duration;

use support::api::{key_file, with_jwt};
use support::{TestServer, Transcript, patient};
use tempfile::{NamedTempFile, TempDir};
use yodel_server::{DataConfig, RedisConfig, Server, ServerConfig};

use crate::implementation::Implementation;
use crate::shared_redis::SharedRedis;

/// Time after which an operation of a store fails. Slow machines do not reach it.
const PATIENT_DEADLINE: Duration = Duration::from_secs(20);

/// Two servers that share a backplane; with the memory or a folder, one server twice.
pub struct Nodes {
    servers: Vec<TestServer>,
    /// After the servers, so that they do not lose it first.
    _store: Option<SharedRedis>,
    _folder: Option<TempDir>,
}

impl Nodes {
    /// Starts servers with default settings.
    pub async fn start(implementation: Implementation) -> Self {
        Self::start_with(implementation, patient()).await
    }

    /// Starts servers that accept the tokens of [`support::api::token`].
    pub async fn start_jwt(implementation: Implementation) -> Self {
        let (config, _secret) = with_jwt(patient());
        Self::start_with(implementation, config).await
    }

    /// Starts servers with these settings.
    pub async fn start_with(implementation: Implementation, mut config: ServerConfig) -> Self {
        let keys = key_file();
        config.auth.api_key_file = Some(keys.path().to_owned());
        if let Implementation::Disk(durability) = implementation {
            let folder = tempfile::tempdir().expect("temporary folder");
            let data = DataConfig { durability, ..DataConfig::new(folder.path()) };
            return Self { servers: vec![start_stored(&config, data)], _store: None, _folder: Some(folder) };
        }
        let Some(store) = SharedRedis::of(implementation).await else {
            return Self { servers: vec![TestServer::start(config)], _store: None, _folder: None };
        };
        let redis = redis_config(&store.url, PATIENT_DEADLINE);
        let servers = vec![start_node(&config, &redis).await, start_node(&config, &redis).await];
        Self { servers, _store: Some(store), _folder: None }
    }

    /// Returns the first server.
    pub fn a(&self) -> &TestServer {
        &self.servers[0]
    }

    /// Returns the second server, which is the first one if there are no others.
    pub fn b(&self) -> &TestServer {
        self.servers.last().expect("a server")
    }

    /// Starts a transcript with the servers `a` and `b`.
    pub fn transcript(&self) -> Transcript<'_> {
        Transcript::new(vec![self.a(), self.b()])
    }

    /// Replays a transcript with the servers `a` and `b`.
    pub async fn play(&self, lines: &str) {
        self.transcript().play(lines).await;
    }

    /// Cuts off the first server and all of its connections, as a crash would.
    pub fn kill_a(&mut self) {
        drop(self.servers.remove(0));
    }
}

/// Returns settings of a store that no other test uses: with a random prefix.
pub fn redis_config(url: &str, deadline: Duration) -> RedisConfig {
    let prefix = tempfile::Builder::new().prefix("test-").tempdir().expect("temporary folder");
    let prefix = prefix.path().file_name().expect("a name").to_string_lossy().into_owned();
    RedisConfig { prefix, partitions: 4, deadline, ..RedisConfig::new(url) }
}

/// Returns the settings of a node with the HTTP API, and the file of its key, which is read when the node starts.
pub fn api_config() -> (ServerConfig, NamedTempFile) {
    let (mut config, keys) = (patient(), key_file());
    config.auth.api_key_file = Some(keys.path().to_owned());
    (config, keys)
}

/// Starts a server that keeps its rooms in a folder.
pub fn start_stored(config: &ServerConfig, data: DataConfig) -> TestServer {
    let server = Server::builder().config(config.clone()).build_with_data(data);
    TestServer::start_server(server.expect("the folder can be used"))
}

/// Starts a server that shares its rooms through Redis.
pub async fn start_node(config: &ServerConfig, redis: &RedisConfig) -> TestServer {
    let server = Server::builder().config(config.clone()).build_with_redis(redis.clone()).await;
    TestServer::start_server(server.expect("Redis is reachable"))
}
