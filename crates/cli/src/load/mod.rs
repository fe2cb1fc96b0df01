//! `yodel load`: load for any WebSocket server, what it does with it, and what that costs it.
//!
//! | idea | file |
//! |---|---|
//! | flags, defaults, units | `options`, `common` |
//! | the kinds of load | `echo`, `broadcast`, `idle`, `rate`, `handshake` |
//! | a server | `target` |
//! | one connection; many | `socket`, `outgoing`; `crowd` |
//! | what is sent and who waits for it | `payload`, `numbered`, with `yodel.v1` in a `room` (`join`); `window`, `audience`, `plan`, `timer` |
//! | clocks and counters | `meter`, `process`, `latency`, `progress` |
//! | what came of it | `report`, `table`, `error` |

mod audience;
mod broadcast;
mod common;
mod crowd;
mod echo;
mod error;
mod handshake;
mod idle;
mod join;
mod latency;
mod meter;
mod numbered;
mod options;
mod outgoing;
mod payload;
mod plan;
mod process;
mod progress;
mod rate;
mod report;
mod room;
mod run;
mod socket;
mod table;
mod target;
mod timer;
mod window;

use std::io::{self, Write};

use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

pub use error::LoadError;
pub use options::Load;

use report::Report;
use run::Run;

/// Loads a server and prints a report.
///
/// # Errors
/// When the server or this machine does not do what was asked, and when somebody interrupts.
pub fn run(load: &Load) -> Result<(), LoadError> {
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

async fn measure(load: &Load) -> Result<Report, LoadError> {
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_interrupt(stop.clone()));
    let run = Run::new(&load.handshake(), load.size(), load.patience(), stop).await?;
    match load {
        Load::Echo(options) => echo::run(&run, options).await,
        Load::Broadcast(options) => broadcast::run(&run, options).await,
        Load::Idle(options) => idle::run(&run, options).await,
        Load::Rate(options) => rate::run(&run, options).await,
        Load::Handshake(options) => handshake::run(&run, options).await,
    }
}

/// Ctrl-C ends the measuring; the report is still printed.
async fn stop_on_interrupt(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.cancel();
    }
}
