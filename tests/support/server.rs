//! A server in this process, on a free port of loopback.

use std::net::SocketAddr;
use std::path::Path;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yodel_server::{Assets, Error, Server, ServerBuilder, ServerConfig};

use crate::{TestClient, soon};

/// A running server; it stops when it is dropped.
#[derive(Debug)]
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    stop: CancellationToken,
    running: JoinHandle<Result<(), Error>>,
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
        Self::build(Server::builder().config(config).assets(Assets::folder(folder)))
    }

    fn build(builder: ServerBuilder) -> Server {
        builder.build().expect("the settings are good")
    }

    /// Starts a server that has handlers of its own.
    pub fn start_built(builder: ServerBuilder) -> Self {
        Self::start_server(Self::build(builder))
    }

    /// Starts a server.
    pub fn start_server(server: Server) -> Self {
        Self::run_on(TcpSocket::new_v4().expect("a socket"), server)
    }

    fn start_on(socket: TcpSocket, config: ServerConfig) -> Self {
        Self::run_on(socket, Self::build(Server::builder().config(config)))
    }

    fn run_on(socket: TcpSocket, server: Server) -> Self {
        Self::run_program(socket, |listener, stop| {
            server.serve(listener).with_graceful_shutdown(stop.cancelled_owned()).into_future()
        })
    }

    /// Starts a program that serves on a listener until it is told to stop.
    pub fn start_program<F, Fut>(program: F) -> Self
    where
        F: FnOnce(TcpListener, CancellationToken) -> Fut,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        Self::run_program(TcpSocket::new_v4().expect("a socket"), program)
    }

    fn run_program<F, Fut>(socket: TcpSocket, program: F) -> Self
    where
        F: FnOnce(TcpListener, CancellationToken) -> Fut,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("loopback has a free port");
        let listener = socket.listen(1024).expect("it can be listened on");
        let address = listener.local_addr().expect("a listener has an address");
        let stop = CancellationToken::new();
        let running = tokio::spawn(program(listener, stop.clone()));
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

    /// Waits until it has stopped, all connections having ended before.
    pub async fn stopped(self) {
        self.ended().await.expect("it ends well");
    }

    /// Waits until it has stopped; returns the number of connections that it cut off.
    pub async fn cut_off(self) -> usize {
        match self.ended().await {
            Err(Error::Drain { connections }) => connections,
            ended => panic!("expected connections that were cut off, got {ended:?}"),
        }
    }

    /// Waits until it has stopped, whether it cut connections off or not.
    pub async fn stopped_or_cut_off(self) {
        match self.ended().await {
            Ok(()) | Err(Error::Drain { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }

    async fn ended(mut self) -> Result<(), Error> {
        soon("the server stops", &mut self.running).await.expect("it does not panic")
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}
