//! `yodel serve`: a listener, signals and a log around the server.
//!
//! | what | file |
//! |---|---|
//! | flags, defaults, units | `flags`, `auth_flags` |
//! | the page inside the binary | `page` |
//! | the log | `log` |
//! | errors, in the words of the flags | `error` |

mod auth_flags;
mod error;
mod flags;
mod log;
mod page;

use std::io::{self, Write};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use yodel_server::{Assets, Certificate, Error, Server};

pub use error::ServeError;
pub use flags::ServeFlags;

use crate::file_limit;

/// Serves until a signal stops it.
///
/// # Errors
/// When it cannot start.
pub fn run(flags: ServeFlags) -> Result<(), ServeError> {
    log::start(flags.log);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(flags))
}

async fn serve(flags: ServeFlags) -> Result<(), ServeError> {
    let (address, drain) = (flags.listen, flags.drain);
    let assets = flags.dist.clone().map(Assets::folder).or_else(page::embedded);
    let mut server = Server::builder();
    if let Some(assets) = assets {
        server = server.assets(assets);
    } else {
        warn!("no page inside: build with `make build`, or give --dist");
    }
    let server = server.config(flags.config()).build()?;
    let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ServeError::InUse(address),
        _ => ServeError::Listen(address, error),
    })?;
    match file_limit::raise_limit() {
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
    match server.serve(listener).with_graceful_shutdown(stop.cancelled_owned()).await {
        // They were told, and as long as --drain says was waited for them.
        Err(Error::Drain { .. }) => {}
        ended => ended?,
    }
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
    let drain = SignedDuration::try_from(drain).unwrap_or(SignedDuration::MAX);
    signals.next().await;
    info!("stopping: waiting for clients, at most {drain:#}; once more stops at once");
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
            Some(Err(error)) => error!(error = %ServeError::from(error), "the old certificate stays"),
        }
    }
}
