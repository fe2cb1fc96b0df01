//! A line that a person edits, with the lines of earlier times.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Editor as Line, Helper};
use tokio::sync::mpsc::Sender;

use super::input::Input;
use super::line::Tone;
use super::printer::Above;

/// How many lines are remembered.
const REMEMBERED: usize = 1_000;

/// An editor on the terminal.
pub struct Editor {
    line: Line<Colour, FileHistory>,
    history: Option<PathBuf>,
}

impl Editor {
    /// An editor, if the terminal can do it.
    pub fn new() -> Option<Self> {
        let config = Config::builder().max_history_size(REMEMBERED).ok()?.auto_add_history(true).build();
        let mut line = Line::with_config(config).ok()?;
        line.set_helper(Some(Colour));
        let history = history_file();
        if let Some(file) = &history {
            // The first time there is none.
            let _ = line.load_history(file);
        }
        Some(Self { line, history })
    }

    /// What prints above the line.
    pub fn above(&mut self) -> Option<Above> {
        let printer = self.line.create_external_printer().ok()?;
        Some(Box::new(printer))
    }

    /// Reads lines until the end.
    pub fn run(mut self, lines: &Sender<Input>) {
        loop {
            let input = match self.line.readline("") {
                Ok(text) => Input::Line(text),
                Err(ReadlineError::Interrupted) => Input::Interrupt,
                Err(ReadlineError::Eof) => Input::End,
                Err(error) => Input::Wrong(format!("the terminal cannot be read: {error}")),
            };
            if let (Input::Line(_), Some(file)) = (&input, &self.history) {
                // Typing goes on without it.
                let _ = self.line.append_history(file);
            }
            let is_last = !matches!(input, Input::Line(_));
            if lines.blocking_send(input).is_err() || is_last {
                return;
            }
        }
    }
}

/// What is typed has the colour of what is sent; the library knows where colours are not wanted.
struct Colour;

impl Highlighter for Colour {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        format!("{}{line}\x1b[0m", Tone::Sent.colour()).into()
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        true
    }
}

impl Completer for Colour {
    type Candidate = String;
}

impl Hinter for Colour {
    type Hint = String;
}

impl Validator for Colour {}
impl Helper for Colour {}

/// In the folder for what programs remember (the XDG base directory specification).
fn history_file() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    let folder = state.join("yodel");
    fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
