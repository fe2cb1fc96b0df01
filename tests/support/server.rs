//! A server in this process, on a free port of loopback.

use std::net::SocketAddr;
use std::path::Path;

use tokio::net::TcpSocket;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yodel_server::{Assets, Server, ServerConfig};

use crate::{TestClient, soon};

/// A running server; it stops when it is dropped.
#[derive(Debug)]
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    stop: CancellationToken,
    running: JoinHandle<Result<(), yodel_server::StartError>>,
}

impl TestServer {
    /// Starts a server with these flags, on a port of its own.
    pub fn start(config: ServerConfig) -> Self {
        Self::start_on(TcpSocket::new_v4().expect("a socket"), config)
    }

    /// The same, where the kernel keeps little more than 64 KiB for a client that does not read.
    pub fn start_small(config: ServerConfig) -> Self {
        Self::start_on(Self::small_socket(), config)
    }

    fn small_socket() -> TcpSocket {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_send_buffer_size(64 * 1024).expect("accepted sockets have it too");
        socket
    }

    /// Starts a server with these flags that serves the page in a folder.
    pub fn start_page(folder: &Path, config: ServerConfig) -> Self {
        Self::start_server(Self::with_page(folder, config))
    }

    /// The same, where the kernel keeps little more than 64 KiB for a client that does not read.
    pub fn start_small_page(folder: &Path, config: ServerConfig) -> Self {
        Self::run_on(Self::small_socket(), Self::with_page(folder, config))
    }

    fn with_page(folder: &Path, config: ServerConfig) -> Server {
        Server::new(config).expect("the flags are good").assets(Assets::folder(folder))
    }

    /// Starts a server that has handlers of its own.
    pub fn start_server(server: Server) -> Self {
        Self::run_on(TcpSocket::new_v4().expect("a socket"), server)
    }

    fn start_on(socket: TcpSocket, config: ServerConfig) -> Self {
        Self::run_on(socket, Server::new(config).expect("the flags are good"))
    }

    fn run_on(socket: TcpSocket, server: Server) -> Self {
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("loopback has a free port");
        let listener = socket.listen(1024).expect("it can be listened on");
        let address = listener.local_addr().expect("a listener has an address");
        let stop = CancellationToken::new();
        let running = tokio::spawn(server.run(listener, stop.clone()));
        Self { address, stop, running }
    }

    /// Connects to one of its paths.
    pub async fn connect(&self, path: &str) -> TestClient {
        TestClient::connect(&format!("ws://{}{path}", self.address)).await
    }

    /// Tells it to stop.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Whether it has not stopped yet.
    pub fn is_running(&self) -> bool {
        !self.running.is_finished()
    }

    /// Waits until it has stopped.
    pub async fn stopped(mut self) {
        soon("the server stops", &mut self.running).await.expect("it does not panic").expect("it ends well");
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}
