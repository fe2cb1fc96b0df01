//! `yodel serve`: runs the server with a listener, signal handlers and a log.
//!
//! | concern | module |
//! |---|---|
//! | flags, defaults, units | `flags`, `auth_flags`, `data_flags` |
//! | the embedded page | `page` |
//! | the log | `log`; its lines have a maximum length: `line_limit` |
//! | errors that name flags | `error` |
//! | flags without effect | `unused_flags` |

mod auth_flags;
#[cfg(feature = "disk")]
mod data_flags;
mod error;
mod flags;
mod line_limit;
mod log;
mod page;
mod unused_flags;

use std::future::IntoFuture;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

#[cfg(feature = "redis")]
use yodel_server::RedisConfig;
use yodel_server::{Assets, Certificate, Server, ServerBuilder};

pub use error::ServeError;
pub use flags::ServeFlags;

use crate::file_limit;

/// Time to write the last lines of the log and the error message.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(2);

/// Default of `--lame-duck` outside a terminal: two probes of a load balancer at the usual interval of 2 s.
const LAME_DUCK: Duration = Duration::from_secs(5);

/// Runs the server until a signal stops it.
///
/// # Errors
/// Returns an error if the flags are invalid, or if listening or writing to standard output fails.
pub fn run(flags: ServeFlags) -> Result<(), ServeError> {
    let log = log::start(flags.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::System)?;
    let result = runtime.block_on(async {
        tokio::spawn(log::report_lost_lines(log.lost_lines()));
        serve(flags).await
    });
    exit_soon(i32::from(result.is_err()));
    result
}

/// Ends the process with this status if its last lines cannot be written because its output is not read.
fn exit_soon(status: i32) {
    std::thread::spawn(move || {
        std::thread::sleep(OUTPUT_TIMEOUT);
        std::process::exit(status);
    });
}

/// Returns the default of `--lame-duck`: zero in a terminal, where no load balancer has to notice the shutdown.
fn default_lame_duck() -> Duration {
    if io::stdin().is_terminal() { Duration::ZERO } else { LAME_DUCK }
}

async fn serve(mut flags: ServeFlags) -> Result<(), ServeError> {
    let (address, drain) = (flags.listen, flags.drain);
    for warning in unused_flags::warnings(&flags) {
        warn!(%warning, "a flag has no effect");
    }
    let lame_duck = *flags.lame_duck.get_or_insert_with(default_lame_duck);
    let assets = flags.dist.clone().map(Assets::folder).or_else(page::embedded);
    let mut server = Server::builder();
    if let Some(assets) = assets {
        server = server.assets(assets);
    } else {
        warn!("this binary has no embedded page; build with `make build` or pass --dist");
    }
    let server = build(server, flags).await?;
    let listener = yodel_server::listen(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ServeError::InUse(address),
        _ => ServeError::Listen(address, error),
    })?;
    match file_limit::raise_limit() {
        Ok(files) => info!(open_files = files, "file limit raised"),
        Err(error) => warn!(%error, "cannot raise the file limit"),
    }

    let certificate = server.certificate().cloned();
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let (stop, hung_up) = (CancellationToken::new(), CancellationToken::new());
    let signals = StopSignals::new(hung_up.clone()).map_err(ServeError::System)?;
    let stopping = tokio::spawn(stop_on_signal(signals, stop.clone(), lame_duck, drain));
    let hangup = signal(SignalKind::hangup()).map_err(ServeError::System)?;
    tokio::spawn(handle_hangups(hangup, certificate, hung_up));

    // Alone on standard output: scripts read this line.
    let bound = listener.local_addr().map_err(ServeError::System)?;
    writeln!(io::stdout(), "{scheme}://{bound}").map_err(ServeError::Output)?;
    tokio::select! {
        served = server.serve(listener).with_graceful_shutdown(stop.cancelled_owned()).into_future() => served?,
        _ = stopping => return Err(ServeError::Aborted),
    }
    info!("stopped");
    Ok(())
}

/// Builds the server, which keeps its rooms on a disk or shares them with other nodes if the flags say so.
#[cfg_attr(not(feature = "redis"), allow(clippy::unused_async))]
async fn build(server: ServerBuilder, flags: ServeFlags) -> Result<Server, ServeError> {
    #[cfg(feature = "disk")]
    if let Some(data) = flags.data.config(has_redis(&flags))? {
        return Ok(server.config(flags.config()).build_with_data(data)?);
    }
    #[cfg(feature = "redis")]
    if let Some(url) = flags.redis.clone() {
        let redis = RedisConfig { prefix: flags.redis_prefix.clone(), ..RedisConfig::new(url) };
        return Ok(server.config(flags.config()).build_with_redis(redis).await?);
    }
    Ok(server.config(flags.config()).build()?)
}

/// Returns whether --redis is given.
#[cfg(feature = "disk")]
fn has_redis(flags: &ServeFlags) -> bool {
    #[cfg(feature = "redis")]
    return flags.redis.is_some();
    #[cfg(not(feature = "redis"))]
    {
        let _ = flags;
        false
    }
}

/// The signals that stop the server.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
    /// Canceled when the terminal is closed.
    hung_up: CancellationToken,
}

impl StopSignals {
    fn new(hung_up: CancellationToken) -> io::Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, hung_up })
    }

    /// Waits for the first signal.
    async fn first(&mut self) {
        let hung_up = self.hung_up.clone();
        tokio::select! {
            () = self.next() => {}
            () = hung_up.cancelled() => {}
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Starts a graceful shutdown on the first SIGINT or SIGTERM or when the terminal is closed, and returns on the next
/// signal, which stops the server immediately.
async fn stop_on_signal(mut signals: StopSignals, stop: CancellationToken, lame_duck: Duration, drain: Duration) {
    let [lame_duck, drain] =
        [lame_duck, drain].map(|time| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX));
    signals.first().await;
    stop.cancel();
    info!(
        lame_duck = format_args!("{lame_duck:#}"),
        drain = format_args!("{drain:#}"),
        "stopping gracefully; send the signal again to stop immediately"
    );
    signals.next().await;
}

/// Handles SIGHUP: reloads the certificate, or cancels `hung_up` if the terminal of the process was closed.
async fn handle_hangups(mut hangup: Signal, certificate: Option<Certificate>, hung_up: CancellationToken) {
    let started_in_terminal = io::stdin().is_terminal();
    while hangup.recv().await.is_some() {
        // A closed terminal is no longer one.
        if started_in_terminal && !io::stdin().is_terminal() {
            return hung_up.cancel();
        }
        match certificate.clone() {
            None => info!("SIGHUP ignored: no certificate to reload"),
            Some(certificate) => {
                // A thread of its own, for which the process does not wait: reading a file can block, for example on a
                // network file system.
                let reloading = std::thread::Builder::new().spawn(move || reload(&certificate));
                if let Err(error) = reloading {
                    error!(%error, "cannot reload the certificate; keeping the old one");
                }
            }
        }
    }
}

fn reload(certificate: &Certificate) {
    match certificate.reload() {
        Ok(()) => info!("certificate reloaded"),
        Err(error) => error!(error = %ServeError::from(error), "cannot reload the certificate; keeping the old one"),
    }
}
