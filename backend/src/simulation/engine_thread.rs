//! Thread of an engine. It runs only while the simulation waits for it, so that a run repeats exactly, and waits during
//! each sync, while the simulation goes on.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{JoinHandle, spawn};

use parking_lot::Mutex;
use tokio::runtime::Handle;

use crate::backplane::disk::engine::{Engine, Step};
use crate::backplane::disk::faulty_disk::FaultyDisk;

/// Thread of an engine. Dropping it ends the engine, whose disk must fail by then.
#[derive(Debug)]
pub struct EngineThread {
    commands: Option<Sender<Command>>,
    resume: Option<Sender<()>>,
    turns: Receiver<Turn>,
    thread: Option<JoinHandle<()>>,
}

/// Work of an engine.
#[derive(Clone, Copy, Debug)]
pub enum Command {
    /// Write what waits.
    Step,
    /// Write what waits, and end the run in order.
    Finish,
}

/// Reason why the simulation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A sync has begun; [`EngineThread::resume`] ends it.
    Syncing,
    /// A step has ended.
    Stepped(Step),
    /// The run has ended; true if in order, and not by a panic.
    Finished(bool),
}

impl EngineThread {
    /// Starts the thread of an engine on this disk.
    ///
    /// # Panics
    /// If called outside of a tokio runtime.
    pub fn start(engine: Engine, disk: &FaultyDisk) -> Self {
        let (commands, work) = channel();
        let (resume, resumed) = channel();
        let (sender, turns) = channel();
        let (syncing, resumed) = (sender.clone(), Mutex::new(resumed));
        disk.set_pause(Arc::new(move || {
            // Without a receiver, the process has ended.
            if syncing.send(Turn::Syncing).is_ok() {
                let _ = resumed.lock().recv();
            }
        }));
        // The clocks of the engine and of the rooms are those of the simulation.
        let runtime = Handle::current();
        let thread = spawn(move || {
            let _entered = runtime.enter();
            run(engine, &work, &sender);
        });
        Self { commands: Some(commands), resume: Some(resume), turns, thread: Some(thread) }
    }

    /// Lets the thread work until it has a reason to stop; `None` if it has ended.
    pub fn work(&self, command: Command) -> Option<Turn> {
        self.commands.as_ref()?.send(command).ok()?;
        self.turns.recv().ok()
    }

    /// Ends a sync, and lets the thread go on.
    pub fn resume(&self) -> Option<Turn> {
        self.resume.as_ref()?.send(()).ok()?;
        self.turns.recv().ok()
    }
}

/// Reports the end of a thread, which nobody expects if it panics.
struct ReportEnd<'a>(&'a Sender<Turn>);

fn run(engine: Engine, work: &Receiver<Command>, turns: &Sender<Turn>) {
    let _end = ReportEnd(turns);
    let mut engine = Some(engine);
    while let Ok(command) = work.recv() {
        let turn = match (command, engine.take()) {
            (Command::Step, Some(mut stepping)) => {
                let step = stepping.step();
                engine = Some(stepping);
                Turn::Stepped(step)
            }
            (Command::Finish, Some(finishing)) => Turn::Finished(finishing.finish().is_ok()),
            (_, None) => return,
        };
        if turns.send(turn).is_err() {
            return;
        }
    }
}

impl Drop for ReportEnd<'_> {
    fn drop(&mut self) {
        // Nobody waits for one that was told to end.
        let _ = self.0.send(Turn::Finished(false));
    }
}

impl Drop for EngineThread {
    fn drop(&mut self) {
        (self.commands, self.resume) = (None, None);
        if let Some(thread) = self.thread.take() {
            // A panic of the engine is one of a process that has ended.
            drop(thread.join());
        }
    }
}
