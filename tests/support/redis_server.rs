//! A `redis-server` on a free port, and nodes that share it.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use serde_json::Value;
use yodel_server::{RedisConfig, Server, ServerConfig};

use crate::api;
use crate::page::POLL_INTERVAL;
use crate::process_group::ProcessGroup;
use crate::{TestServer, with_timeout};

/// Number of ports to try. Another process may take one before Redis does.
const ATTEMPTS: usize = 20;

/// A running Redis, which has every write on the disk before it answers; killed on drop.
#[derive(Debug)]
pub struct RedisServer {
    process: ProcessGroup,
    port: u16,
}

impl RedisServer {
    /// Starts a server.
    ///
    /// # Panics
    /// Panics if no `redis-server` is installed.
    pub async fn start() -> Self {
        for _ in 0..ATTEMPTS {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
            let port = listener.local_addr().expect("listener has an address").port();
            drop(listener);
            let mut server = Self { process: spawn(port), port };
            if with_timeout("the start of Redis", server.is_started()).await {
                return server;
            }
        }
        panic!("Redis found no free port in {ATTEMPTS} attempts");
    }

    /// Stops the server from running, while its connections stay open, until [`thaw`](Self::thaw).
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets the server run again.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Builds a node that shares this server.
    pub async fn build_node(&self, config: ServerConfig) -> Server {
        let redis = RedisConfig::new(format!("redis://127.0.0.1:{}", self.port));
        Server::builder().config(config).build_with_redis(redis).await.expect("Redis is running")
    }

    /// Starts a node whose API accepts the tokens of [`api::token`] and [`api::KEY`].
    pub async fn start_node(&self, config: ServerConfig) -> TestServer {
        let (mut config, _secret) = api::with_jwt(config);
        let keys = api::key_file();
        config.auth.api_key_file = Some(keys.path().to_owned());
        TestServer::start_server(self.build_node(config).await)
    }

    fn signal(&self, signal: &str) {
        let id = self.process.leader.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().is_ok_and(|status| status.success()));
    }

    /// Waits until the server listens. Returns false if it ends instead.
    async fn is_started(&mut self) -> bool {
        while self.process.leader.try_wait().is_ok_and(|ended| ended.is_none()) {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                // The port may be that of another process, while this one is about to end.
                let log = std::fs::read_to_string(self.process.folder().join("log")).unwrap_or_default();
                if log.contains("Ready to accept connections") {
                    return true;
                }
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        false
    }
}

fn spawn(port: u16) -> ProcessGroup {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut command = Command::new("redis-server");
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--logfile", "log", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    ProcessGroup::start(&mut command, folder).expect("redis-server is installed")
}

impl TestServer {
    /// Repeats a `GET` of the API until its response satisfies a condition, and returns that response.
    pub async fn get_until(&self, path: &str, condition: impl Fn(&Value) -> bool) -> Value {
        with_timeout(path, async {
            loop {
                let response = self.get(path).await;
                if response.status == 200 && condition(&response.json()) {
                    return response.json();
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        })
        .await
    }
}
