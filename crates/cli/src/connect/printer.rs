//! Writes output lines on a thread of its own, so that a reader that stalls does not stall the connection.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use rustyline::ExternalPrinter;
use tokio::sync::Notify;

use super::line::{Line, OutputStream};
use crate::color;

/// Queued bytes above which nothing more is read from the network.
const MAX_QUEUED: usize = 1024 * 1024;

/// Printer of lines above the prompt.
pub type PromptPrinter = Box<dyn ExternalPrinter + Send>;

/// Handle of the output thread.
#[derive(Debug)]
pub struct Printer {
    has_prompt: bool,
    lines: Sender<Line>,
    state: Arc<PrinterState>,
    thread: thread::JoinHandle<io::Result<()>>,
}

#[derive(Debug, Default)]
struct PrinterState {
    queued: AtomicUsize,
    /// Notified when lines were written or when writing failed.
    changed: Notify,
    closed: std::sync::atomic::AtomicBool,
}

impl Printer {
    /// Starts the output thread; with a prompt printer, lines appear above the prompt.
    pub fn new(prompt: Option<PromptPrinter>) -> Self {
        let (lines, queue) = mpsc::channel();
        let state = Arc::new(PrinterState::default());
        let shared = Arc::clone(&state);
        let has_prompt = prompt.is_some();
        let thread = thread::spawn(move || {
            let mut writer = OutputWriter::new(prompt);
            let result = writer.print_all(&queue, &shared);
            if result.is_err() {
                shared.closed.store(true, Ordering::Relaxed);
                shared.changed.notify_one();
            }
            result
        });
        Self { has_prompt, lines, state, thread }
    }

    /// Returns whether lines are printed above a prompt.
    pub fn has_prompt(&self) -> bool {
        self.has_prompt
    }

    /// Queues a line. Never blocks.
    pub fn print(&self, line: Line) {
        self.state.queued.fetch_add(line.body.len() + 1, Ordering::Relaxed);
        // A thread that ended has set `closed`.
        let _ = self.lines.send(line);
    }

    /// Returns whether more than [`MAX_QUEUED`] bytes are queued.
    pub fn is_full(&self) -> bool {
        self.state.queued.load(Ordering::Relaxed) > MAX_QUEUED
    }

    /// Returns whether writing to standard output failed.
    pub fn is_closed(&self) -> bool {
        self.state.closed.load(Ordering::Relaxed)
    }

    /// Waits until [`is_full`](Self::is_full) or [`is_closed`](Self::is_closed) may have changed. Cancellation safe.
    pub async fn changed(&self) {
        self.state.changed.notified().await;
    }

    /// Waits until all lines are written.
    ///
    /// # Errors
    /// Returns the error of writing to standard output.
    pub async fn finish(self) -> io::Result<()> {
        drop(self.lines);
        let thread = self.thread;
        let joined = tokio::task::spawn_blocking(move || thread.join()).await.map_err(io::Error::other)?;
        joined.unwrap_or_else(|_| Err(io::Error::other("the thread that writes has panicked")))
    }
}

/// Writer of the output thread.
struct OutputWriter {
    prompt: Option<PromptPrinter>,
    stdout: OutputFormat,
    stderr: OutputFormat,
}

/// Format of one of the standard streams.
#[derive(Clone, Copy)]
struct OutputFormat {
    is_terminal: bool,
    colored: bool,
}

impl OutputFormat {
    fn new(is_terminal: bool) -> Self {
        Self { is_terminal, colored: is_terminal && color::is_wanted() }
    }

    fn bytes(self, line: &Line) -> Vec<u8> {
        // Errors are for people even in a log file; only received messages are piped to programs.
        line.bytes(self.is_terminal || line.stream == OutputStream::Stderr, self.colored)
    }
}

impl OutputWriter {
    fn new(prompt: Option<PromptPrinter>) -> Self {
        let format = |is_terminal| OutputFormat::new(is_terminal);
        Self { prompt, stdout: format(io::stdout().is_terminal()), stderr: format(io::stderr().is_terminal()) }
    }

    fn print_all(&mut self, queue: &Receiver<Line>, state: &PrinterState) -> io::Result<()> {
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
            state.queued.fetch_sub(written, Ordering::Relaxed);
            state.changed.notify_one();
        }
        Ok(())
    }

    fn print(&mut self, line: &Line, out: &mut impl Write) -> io::Result<()> {
        let format = if line.stream == OutputStream::Stdout { self.stdout } else { self.stderr };
        let bytes = format.bytes(line);
        match &mut self.prompt {
            Some(prompt) if format.is_terminal => {
                prompt.print(String::from_utf8_lossy(&bytes).into_owned()).map_err(io::Error::other)
            }
            _ if line.stream == OutputStream::Stdout => out.write_all(&bytes),
            // A closed standard error is not an error.
            _ => io::stderr().write_all(&bytes).or(Ok(())),
        }
    }
}
