//! Line editor with a persistent history.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Editor as LineEditor, Helper};
use tokio::sync::mpsc::Sender;

use super::input::Input;
use super::line::LineKind;
use super::printer::PromptPrinter;

/// Largest number of lines in the history.
const MAX_HISTORY: usize = 1_000;

/// Line editor on the terminal.
pub struct Editor {
    line: LineEditor<InputHighlighter, FileHistory>,
    history: Option<PathBuf>,
}

impl Editor {
    /// Creates an editor, or returns `None` if the terminal does not support it.
    pub fn new() -> Option<Self> {
        let config = Config::builder().max_history_size(MAX_HISTORY).ok()?.auto_add_history(true).build();
        let mut line = LineEditor::with_config(config).ok()?;
        line.set_helper(Some(InputHighlighter));
        let history = history_file();
        if let Some(file) = &history {
            // The file does not exist yet at the first run.
            let _ = line.load_history(file);
        }
        Some(Self { line, history })
    }

    /// Returns a printer that prints above the prompt, or `None` if the terminal does not support it.
    pub fn prompt_printer(&mut self) -> Option<PromptPrinter> {
        let printer = self.line.create_external_printer().ok()?;
        Some(Box::new(printer))
    }

    /// Reads lines and sends them to `lines`, until the input ends or the receiver is dropped. Blocks.
    pub fn run(mut self, lines: &Sender<Input>) {
        loop {
            let input = match self.line.readline("") {
                Ok(text) => Input::Line(text),
                Err(ReadlineError::Interrupted) => Input::Interrupt,
                Err(ReadlineError::Eof) => Input::End,
                Err(error) => Input::Invalid(format!("cannot read from the terminal: {error}")),
            };
            if let (Input::Line(_), Some(file)) = (&input, &self.history) {
                // The history is optional.
                let _ = self.line.append_history(file);
            }
            let is_last = !matches!(input, Input::Line(_));
            if lines.blocking_send(input).is_err() || is_last {
                return;
            }
        }
    }
}

/// Shows typed text in the color of sent messages. The library omits it where colors are disabled.
struct InputHighlighter;

impl Highlighter for InputHighlighter {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        format!("{}{line}\x1b[0m", LineKind::Sent.color()).into()
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        true
    }
}

impl Completer for InputHighlighter {
    type Candidate = String;
}

impl Hinter for InputHighlighter {
    type Hint = String;
}

impl Validator for InputHighlighter {}
impl Helper for InputHighlighter {}

/// Returns the path of the history in the state folder (XDG base directory specification), and creates its folder.
fn history_file() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    let folder = state.join("yodel");
    fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
