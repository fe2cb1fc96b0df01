//! Writer of a process, which writes when its thread would, in simulated time.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::disk_record::RunEnd;
use super::engine_thread::{Command, EngineThread, Turn};
use super::machine::SimulatedMachine;
use crate::backplane::disk::engine::{Engine, Step};
use crate::backplane::disk::{DiskConfig, DiskMetrics};
use crate::config::Durability;

/// Writer of a process.
#[derive(Debug)]
pub struct DiskProcess {
    machine: SimulatedMachine,
    metrics: Arc<DiskMetrics>,
    thread: Mutex<Option<EngineThread>>,
    /// Notified when something waits to be written.
    pub added: Arc<Notify>,
    /// Cancelled when the process ends in disorder.
    pub killed: CancellationToken,
    stopped: CancellationToken,
}

impl DiskProcess {
    /// Creates the writer of an engine.
    ///
    /// # Panics
    /// If called outside of a tokio runtime.
    pub fn new(machine: &SimulatedMachine, engine: Engine, metrics: Arc<DiskMetrics>) -> Self {
        Self {
            machine: machine.clone(),
            metrics,
            thread: Mutex::new(Some(EngineThread::start(engine, machine.disk()))),
            added: Arc::default(),
            killed: CancellationToken::new(),
            stopped: CancellationToken::new(),
        }
    }

    /// Returns the counters.
    pub fn metrics(&self) -> &DiskMetrics {
        &self.metrics
    }

    /// Writes what waits, and ends the run in order, as far as the process lives.
    pub fn stop(&self) {
        self.stopped.cancel();
    }

    /// Ends the process: nothing that it writes reaches the disk any more.
    pub fn kill(&self) {
        self.killed.cancel();
        let thread = self.thread.lock().take();
        if thread.is_some() {
            self.machine.disk().end_process();
        }
        drop(thread);
    }

    /// Writes, as the thread of a real server does, for ever. Calls `on_power_loss` before anything else happens on the
    /// machine.
    pub async fn run(self: Arc<Self>, on_power_loss: impl Fn() + Send) {
        if self.write_until_stopped(&on_power_loss).await.is_some() {
            self.machine.record().set_end(RunEnd::Unknown);
            if self.turn(Command::Finish, &on_power_loss).await == Some(Turn::Finished(true)) {
                self.machine.record().set_end(RunEnd::Clean);
            }
        }
        std::future::pending::<()>().await;
    }

    /// Returns `None` if the process has ended before it was stopped.
    async fn write_until_stopped(&self, on_power_loss: &(impl Fn() + Send)) -> Option<()> {
        let is_relaxed = self.machine.config().durability == Durability::Relaxed;
        let collect = if is_relaxed { DiskConfig::INTERVAL } else { Duration::ZERO };
        while !self.stopped.is_cancelled() {
            let pause = match self.turn(Command::Step, on_power_loss).await? {
                Turn::Stepped(Step::Wrote) => collect,
                Turn::Stepped(Step::Idle(longest)) => {
                    self.wait_for_entries(longest).await;
                    collect
                }
                Turn::Stepped(Step::Closed(pause)) => pause,
                Turn::Syncing | Turn::Finished(_) => {
                    self.machine.record().violation("the thread of the data folder has ended".to_owned());
                    return None;
                }
            };
            // Elapsed or stopped: either way, it goes on.
            let _ = timeout(pause, self.stopped.cancelled()).await;
        }
        Some(())
    }

    async fn wait_for_entries(&self, longest: Option<Duration>) {
        let longest = async {
            match longest {
                Some(longest) => sleep(longest).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.stopped.cancelled() => {}
            () = self.added.notified() => {}
            () = longest => {}
        }
    }

    /// Lets the thread work; `None` if the process ends meanwhile. Its syncs take time.
    async fn turn(&self, command: Command, on_power_loss: &(impl Fn() + Send)) -> Option<Turn> {
        let mut turn = self.thread.lock().as_ref()?.work(command)?;
        loop {
            if self.machine.disk().is_off() {
                on_power_loss();
                return None;
            }
            if turn != Turn::Syncing {
                return Some(turn);
            }
            sleep(self.machine.sync_time()).await;
            turn = self.thread.lock().as_ref()?.resume()?;
        }
    }
}
