//! `yodel serve`: a listener, signals and a log around the server.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;
use tracing::{error, info, warn};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Config, Log};
use crate::files;
use crate::server::{Server, StartError};
use crate::tls::Certificate;

/// Why the command ends with an error, in one line.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The port is taken.
    #[error("{0} is in use: stop what listens there, or choose another address with --listen")]
    InUse(SocketAddr),
    /// The address cannot be listened on for another reason.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The system gave no threads or signals.
    #[error("cannot start: {0}")]
    System(#[from] io::Error),
}

/// Serves until a signal stops it.
///
/// # Errors
/// When it cannot start.
pub fn run(config: Config) -> Result<(), ServeError> {
    log(config.log);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(config))
}

async fn serve(config: Config) -> Result<(), ServeError> {
    let (address, drain) = (config.listen, config.drain);
    let server = Server::new(config)?;
    let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ServeError::InUse(address),
        _ => ServeError::Listen(address, error),
    })?;
    match files::raise_limit() {
        Ok(files) => info!(files, "file limit raised as far as this process may"),
        Err(error) => warn!(%error, "the file limit stays as it is"),
    }

    let certificate = server.certificate().cloned();
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(Signals::new()?, stop.clone(), drain));
    tokio::spawn(reload_on_signal(signal(SignalKind::hangup())?, certificate));

    // To standard output, alone on its line: scripts read it, people click it.
    let bound = listener.local_addr()?;
    writeln!(io::stdout(), "{scheme}://{bound}")?;
    server.run(listener, stop).await?;
    info!("stopped");
    Ok(())
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The first signal stops gently, the second at once.
async fn stop_on_signal(mut signals: Signals, stop: CancellationToken, drain: Duration) {
    signals.next().await;
    info!("stopping: waiting for clients, at most {}; once more stops at once", humantime::format_duration(drain));
    stop.cancel();
    signals.next().await;
    info!("stopped at once");
    std::process::exit(1);
}

/// SIGHUP: certificates are renewed while the server runs.
async fn reload_on_signal(mut hangup: Signal, certificate: Option<Certificate>) {
    while hangup.recv().await.is_some() {
        match certificate.as_ref().map(Certificate::reload) {
            None => info!("SIGHUP: there is no certificate to read again"),
            Some(Ok(())) => info!("certificate read again"),
            Some(Err(error)) => error!(%error, "the old certificate stays"),
        }
    }
}

fn log(log: Log) {
    let level = match log {
        Log::Error => LevelFilter::ERROR,
        Log::Warn => LevelFilter::WARN,
        Log::Info => LevelFilter::INFO,
        Log::Debug => LevelFilter::DEBUG,
    };
    let filter = Targets::new().with_target("backend", level).with_default(LevelFilter::WARN);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
}
