//! A server in the test's process, on a free loopback port.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yodel_server::{Assets, Error, Server, ServerBuilder, ServerConfig};

use crate::{TestClient, http, with_timeout};

/// Time that no test takes.
const LONG: Duration = Duration::from_secs(60 * 60);

/// Returns settings with which the server waits for clients that do not read: on a busy machine a test may need longer
/// than the defaults until it reads from each of its clients.
pub fn patient() -> ServerConfig {
    ServerConfig { ping: LONG, pong: LONG, ..ServerConfig::default() }
}

/// A running server; aborted on drop.
#[derive(Debug)]
pub struct TestServer {
    /// Address that it listens on.
    pub address: SocketAddr,
    stop: CancellationToken,
    running: JoinHandle<Result<(), Error>>,
}

impl TestServer {
    /// Starts a server with these settings.
    pub fn start(config: ServerConfig) -> Self {
        Self::start_on(TcpSocket::new_v4().expect("socket can be created"), config)
    }

    /// Starts a server on a free port of this loopback address.
    pub fn start_at(address: [u8; 4], config: ServerConfig) -> Self {
        let server = Self::build(Server::builder().config(config));
        Self::run_at(address, TcpSocket::new_v4().expect("socket can be created"), serve(server))
    }

    /// Starts a server with socket send buffers of about 64 KiB.
    pub fn start_with_small_buffers(config: ServerConfig) -> Self {
        Self::start_on(Self::small_socket(), config)
    }

    fn small_socket() -> TcpSocket {
        let socket = TcpSocket::new_v4().expect("socket can be created");
        socket.set_send_buffer_size(64 * 1024).expect("send buffer size can be set");
        socket
    }

    /// Starts a server that serves the page bundle in a folder.
    pub fn start_page(folder: &Path, config: ServerConfig) -> Self {
        Self::start_server(Self::with_page(folder, config))
    }

    /// Starts a server that serves the page bundle in a folder, with socket send buffers of about 64 KiB.
    pub fn start_page_with_small_buffers(folder: &Path, config: ServerConfig) -> Self {
        Self::run_on(Self::small_socket(), Self::with_page(folder, config))
    }

    fn with_page(folder: &Path, config: ServerConfig) -> Server {
        Self::build(Server::builder().config(config).assets(Assets::folder(folder)))
    }

    fn build(builder: ServerBuilder) -> Server {
        builder.build().expect("settings are valid")
    }

    /// Starts the server that this builder creates.
    pub fn start_built(builder: ServerBuilder) -> Self {
        Self::start_server(Self::build(builder))
    }

    /// Starts a built server.
    pub fn start_server(server: Server) -> Self {
        Self::run_on(TcpSocket::new_v4().expect("socket can be created"), server)
    }

    fn start_on(socket: TcpSocket, config: ServerConfig) -> Self {
        Self::run_on(socket, Self::build(Server::builder().config(config)))
    }

    fn run_on(socket: TcpSocket, server: Server) -> Self {
        Self::run_program(socket, serve(server))
    }

    /// Starts a program that serves on a listener until the token is canceled.
    pub fn start_program<F, Fut>(program: F) -> Self
    where
        F: FnOnce(TcpListener, CancellationToken) -> Fut,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        Self::run_program(TcpSocket::new_v4().expect("socket can be created"), program)
    }

    fn run_program<F, Fut>(socket: TcpSocket, program: F) -> Self
    where
        F: FnOnce(TcpListener, CancellationToken) -> Fut,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        Self::run_at([127, 0, 0, 1], socket, program)
    }

    fn run_at<F, Fut>(address: [u8; 4], socket: TcpSocket, program: F) -> Self
    where
        F: FnOnce(TcpListener, CancellationToken) -> Fut,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        socket.bind(SocketAddr::from((address, 0))).expect("loopback has a free port");
        let listener = socket.listen(1024).expect("socket can listen");
        let address = listener.local_addr().expect("listener has an address");
        let stop = CancellationToken::new();
        let running = tokio::spawn(program(listener, stop.clone()));
        Self { address, stop, running }
    }

    /// Opens a WebSocket at a path.
    pub async fn connect(&self, path: &str) -> TestClient {
        TestClient::connect(&format!("ws://{}{path}", self.address)).await
    }

    /// Returns the value of a metric: of the sample with this name and these labels.
    pub async fn metric(&self, sample: &str) -> u64 {
        let metrics = http::request(self.address, "GET /metrics HTTP/1.1").await;
        let value = metrics.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{sample} is not in: {metrics}"))
    }

    /// Starts the graceful shutdown.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Returns `true` until the server has stopped.
    pub fn is_running(&self) -> bool {
        !self.running.is_finished()
    }

    /// Waits until the server has stopped. Asserts that no connection was aborted.
    pub async fn stopped(self) {
        self.result().await.expect("server stops without an error");
    }

    /// Waits until the server has stopped. Returns the number of connections that it aborted, at least 1.
    pub async fn aborted_connections(self) -> usize {
        match self.result().await {
            Err(Error::Drain { connections }) => connections,
            other => panic!("expected aborted connections, got {other:?}"),
        }
    }

    /// Waits until the server has stopped, with or without aborted connections.
    pub async fn stopped_or_aborted(self) {
        match self.result().await {
            Ok(()) | Err(Error::Drain { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }

    async fn result(mut self) -> Result<(), Error> {
        with_timeout("the server's shutdown", &mut self.running).await.expect("server does not panic")
    }
}

/// Returns the program that serves until its token is canceled.
fn serve(server: Server) -> impl FnOnce(TcpListener, CancellationToken) -> BoxFuture<'static, Result<(), Error>> {
    |listener, stop| Box::pin(server.serve(listener).with_graceful_shutdown(stop.cancelled_owned()).into_future())
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}
