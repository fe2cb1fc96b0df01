//! Lines on their way out. A thread of their own writes them: a pipe that nobody reads must not keep
//! the connection from being looked after.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use rustyline::ExternalPrinter;
use tokio::sync::Notify;

use super::line::{Line, To};

/// Above so many bytes nothing more is taken from the network.
const MOST: usize = 1024 * 1024;

/// What prints above the line that is being typed.
pub type Above = Box<dyn ExternalPrinter + Send>;

/// The driver's end.
#[derive(Debug)]
pub struct Printer {
    above: bool,
    lines: Sender<Line>,
    state: Arc<State>,
    thread: thread::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    waiting: AtomicUsize,
    /// Told when lines were written, or cannot be.
    moved: Notify,
    gone: std::sync::atomic::AtomicBool,
}

impl Printer {
    /// Prints, above the line that is being typed if there is one.
    pub fn new(above: Option<Above>) -> Self {
        let (lines, queue) = mpsc::channel();
        let state = Arc::new(State::default());
        let seen = Arc::clone(&state);
        let is_above = above.is_some();
        let thread = thread::spawn(move || {
            let mut outlet = Outlet::new(above);
            if outlet.print_all(&queue, &seen).is_err() {
                seen.gone.store(true, Ordering::Relaxed);
                seen.moved.notify_one();
            }
        });
        Self { above: is_above, lines, state, thread }
    }

    /// Whether somebody types below.
    pub fn is_above(&self) -> bool {
        self.above
    }

    /// Prints a line, sooner or later.
    pub fn print(&self, line: Line) {
        self.state.waiting.fetch_add(line.body.len() + 1, Ordering::Relaxed);
        // A thread that is gone has said so.
        let _ = self.lines.send(line);
    }

    /// Whether more lines wait than should.
    pub fn is_full(&self) -> bool {
        self.state.waiting.load(Ordering::Relaxed) > MOST
    }

    /// Whether nobody reads any more.
    pub fn is_gone(&self) -> bool {
        self.state.gone.load(Ordering::Relaxed)
    }

    /// Waits until that may have changed.
    pub async fn moved(&self) {
        self.state.moved.notified().await;
    }

    /// Waits until everything is written.
    pub async fn finish(self) {
        drop(self.lines);
        let thread = self.thread;
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    }
}

/// Where lines end up.
struct Outlet {
    above: Option<Above>,
    out: Output,
    err: Output,
}

/// One of the two standard streams.
#[derive(Clone, Copy)]
struct Output {
    is_terminal: bool,
    coloured: bool,
}

impl Output {
    fn new(is_terminal: bool) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { is_terminal, coloured: is_terminal && !unwanted && !dumb }
    }

    fn bytes(self, line: &Line) -> Vec<u8> {
        // What went wrong is for people also in a log; only what was received goes on to programs.
        line.bytes(self.is_terminal || line.to == To::Err, self.coloured)
    }
}

impl Outlet {
    fn new(above: Option<Above>) -> Self {
        Self { above, out: Output::new(io::stdout().is_terminal()), err: Output::new(io::stderr().is_terminal()) }
    }

    fn print_all(&mut self, queue: &Receiver<Line>, state: &State) -> io::Result<()> {
        let mut out = io::BufWriter::new(io::stdout());
        while let Ok(first) = queue.recv() {
            let mut next = Some(first);
            let mut written = 0;
            while let Some(line) = next {
                written += line.body.len() + 1;
                self.print(&line, &mut out)?;
                next = queue.try_recv().ok();
            }
            out.flush()?;
            state.waiting.fetch_sub(written, Ordering::Relaxed);
            state.moved.notify_one();
        }
        Ok(())
    }

    fn print(&mut self, line: &Line, out: &mut impl Write) -> io::Result<()> {
        let target = if line.to == To::Out { self.out } else { self.err };
        let bytes = target.bytes(line);
        match &mut self.above {
            Some(above) if target.is_terminal => {
                above.print(String::from_utf8_lossy(&bytes).into_owned()).map_err(io::Error::other)
            }
            _ if line.to == To::Out => out.write_all(&bytes),
            // Nobody to tell is no reason to stop.
            _ => io::stderr().write_all(&bytes).or(Ok(())),
        }
    }
}
