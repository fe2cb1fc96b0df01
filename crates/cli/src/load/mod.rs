//! `yodel load`: generates load for any WebSocket server and measures throughput, latency, and the server's CPU and
//! memory.
//!
//! | concern | module |
//! |---|---|
//! | flags, defaults, units | `options`, `common` |
//! | the kinds of load | `echo`, `broadcast`, `idle`, `rate`, `handshake` |
//! | the server's address | `target` |
//! | one connection; many | `socket`, `outgoing`; `pool` |
//! | messages | `payload`, `numbered`; in `yodel.v1` `room_frames`, `join` |
//! | when to send and what is in flight | `window`, `delivery_tracker`, `schedule`, `timer` |
//! | measurement | `resources`, `process`, `latency`, `progress` |
//! | results | `report`, `table`, `error` |

mod broadcast;
mod common;
mod delivery_tracker;
mod echo;
mod error;
mod handshake;
mod idle;
mod join;
mod latency;
mod numbered;
mod options;
mod outgoing;
mod payload;
mod pool;
mod process;
mod progress;
mod rate;
mod report;
mod resources;
mod room_frames;
mod run;
mod schedule;
mod socket;
mod table;
mod target;
mod timer;
mod window;

use std::io::{self, Write};

use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

pub use error::LoadError;
pub use options::LoadCommand;

use report::Report;
use run::Run;

/// Generates load and writes a report to standard output.
///
/// # Errors
/// Returns an error if the server or this machine fails under the load, or on Ctrl-C.
pub fn run(load: &LoadCommand) -> Result<(), LoadError> {
    let report = runtime(load.common().threads).map_err(LoadError::System)?.block_on(measure(load))?;
    let printed = if load.common().json {
        serde_json::to_string(&report).map_err(io::Error::from).and_then(|json| writeln!(io::stdout(), "{json}"))
    } else {
        write!(io::stdout(), "{report}")
    };
    printed.map_err(LoadError::Output)?;
    if report.interrupted { Err(LoadError::Interrupted(true)) } else { Ok(()) }
}

fn runtime(threads: u16) -> io::Result<Runtime> {
    match threads {
        1 => Builder::new_current_thread().enable_all().build(),
        many => Builder::new_multi_thread().worker_threads(many.into()).enable_all().build(),
    }
}

async fn measure(load: &LoadCommand) -> Result<Report, LoadError> {
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_interrupt(stop.clone()));
    let run = Run::new(&load.handshake(), load.size(), load.stall_timeout(), stop).await?;
    match load {
        LoadCommand::Echo(options) => echo::run(&run, options).await,
        LoadCommand::Broadcast(options) => broadcast::run(&run, options).await,
        LoadCommand::Idle(options) => idle::run(&run, options).await,
        LoadCommand::Rate(options) => rate::run(&run, options).await,
        LoadCommand::Handshake(options) => handshake::run(&run, options).await,
    }
}

/// Ends the measurement on Ctrl-C; the report is still printed.
async fn stop_on_interrupt(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.cancel();
    }
}
