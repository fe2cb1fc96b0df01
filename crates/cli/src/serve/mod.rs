//! `yodel serve`: runs the server with a listener, signal handlers and a log.
//!
//! | concern | module |
//! |---|---|
//! | flags, defaults, units | `flags`, `auth_flags` |
//! | the embedded page | `page` |
//! | the log | `log` |
//! | errors that name flags | `error` |

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

/// Runs the server until a signal stops it.
///
/// # Errors
/// Returns an error if the flags are invalid, or if listening or writing to standard output fails.
pub fn run(flags: ServeFlags) -> Result<(), ServeError> {
    log::start(flags.log);
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::System)?.block_on(serve(flags))
}

async fn serve(flags: ServeFlags) -> Result<(), ServeError> {
    let (address, drain) = (flags.listen, flags.drain);
    let assets = flags.dist.clone().map(Assets::folder).or_else(page::embedded);
    let mut server = Server::builder();
    if let Some(assets) = assets {
        server = server.assets(assets);
    } else {
        warn!("this binary has no embedded page; build with `make build` or pass --dist");
    }
    let server = server.config(flags.config()).build()?;
    let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ServeError::InUse(address),
        _ => ServeError::Listen(address, error),
    })?;
    match file_limit::raise_limit() {
        Ok(files) => info!(open_files = files, "file limit raised"),
        Err(error) => warn!(%error, "cannot raise the file limit"),
    }

    let certificate = server.certificate().cloned();
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(StopSignals::new().map_err(ServeError::System)?, stop.clone(), drain));
    let hangup = signal(SignalKind::hangup()).map_err(ServeError::System)?;
    tokio::spawn(reload_on_signal(hangup, certificate));

    // Alone on standard output: scripts read this line.
    let bound = listener.local_addr().map_err(ServeError::System)?;
    writeln!(io::stdout(), "{scheme}://{bound}").map_err(ServeError::Output)?;
    match server.serve(listener).with_graceful_shutdown(stop.cancelled_owned()).await {
        // The server has already logged which connections it closed after --drain.
        Err(Error::Drain { .. }) => {}
        result => result?,
    }
    info!("stopped");
    Ok(())
}

/// The signals that stop the server.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
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

/// Starts a graceful shutdown on the first SIGINT or SIGTERM, and exits with status 1 on the second.
async fn stop_on_signal(mut signals: StopSignals, stop: CancellationToken, drain: Duration) {
    let drain = SignedDuration::try_from(drain).unwrap_or(SignedDuration::MAX);
    signals.next().await;
    info!(drain = format_args!("{drain:#}"), "stopping gracefully; send the signal again to stop immediately");
    stop.cancel();
    signals.next().await;
    warn!("stopped immediately");
    std::process::exit(1);
}

/// Reloads the certificate on each SIGHUP.
async fn reload_on_signal(mut hangup: Signal, certificate: Option<Certificate>) {
    while hangup.recv().await.is_some() {
        match certificate.as_ref().map(Certificate::reload) {
            None => info!("SIGHUP ignored: no certificate to reload"),
            Some(Ok(())) => info!("certificate reloaded"),
            Some(Err(error)) => {
                error!(error = %ServeError::from(error), "cannot reload the certificate; keeping the old one");
            }
        }
    }
}
