//! Sources of input: the line editor on a terminal, or a pipe.

use std::io::{self, BufRead, IsTerminal, Read};
use std::thread;

use tokio::sync::mpsc::{self, Receiver, Sender};

use super::editor::Editor;
use super::input::Input;
use super::printer::PromptPrinter;

/// Longest line of a pipe, in bytes.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// Source of input lines, read on a thread of its own.
pub struct InputSource {
    lines: Receiver<Input>,
    /// `true` if the lines come from the line editor.
    pub interactive: bool,
}

impl InputSource {
    /// Starts reading standard input. If standard input and output are terminals and the output is text, calls
    /// `before_editing`, reads with the line editor, and also returns the printer for lines above its prompt.
    pub fn open(plain_text: bool, before_editing: impl FnOnce()) -> (Self, Option<PromptPrinter>) {
        // A capacity of one: the rest stays in the pipe, whose writer then blocks.
        let (sender, lines) = mpsc::channel(1);
        let interactive = plain_text && io::stdin().is_terminal() && io::stdout().is_terminal();
        if let Some(mut editor) = interactive.then(Editor::new).flatten()
            && let Some(prompt) = editor.prompt_printer()
        {
            before_editing();
            thread::spawn(move || editor.run(&sender));
            return (Self { lines, interactive: true }, Some(prompt));
        }
        thread::spawn(move || read_lines(io::stdin().lock(), &sender));
        (Self { lines, interactive: false }, None)
    }

    /// Returns the next item; `End` after the last one. Cancellation safe.
    pub async fn next(&mut self) -> Input {
        self.lines.recv().await.unwrap_or(Input::End)
    }
}

/// Reads lines until the input ends or the receiver is dropped. Blocks.
fn read_lines(mut source: impl BufRead, lines: &Sender<Input>) {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let input = match source.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes) {
            Ok(0) => Input::End,
            Ok(read) if read as u64 == MAX_LINE => Input::Invalid("an input line is longer than 16 MiB".to_owned()),
            Ok(_) => line(&bytes),
            Err(error) => Input::Invalid(format!("cannot read standard input: {error}")),
        };
        let is_last = !matches!(input, Input::Line(_));
        if lines.blocking_send(input).is_err() || is_last {
            return;
        }
    }
}

fn line(bytes: &[u8]) -> Input {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_or_else(
        |_| Input::Invalid("an input line is not valid UTF-8".to_owned()),
        |text| Input::Line(text.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> Vec<Input> {
        let (sender, mut lines) = mpsc::channel(10);
        read_lines(bytes, &sender);
        std::iter::from_fn(|| lines.try_recv().ok()).collect()
    }

    #[test]
    fn reads_lines_until_the_end_of_a_pipe() {
        let line = |text: &str| Input::Line(text.to_owned());
        assert_eq!(read(b"one\ntwo\r\n\nlast"), [line("one"), line("two"), line(""), line("last"), Input::End]);
        assert_eq!(read(b""), [Input::End]);
    }

    #[test]
    fn rejects_input_that_is_not_utf_8() {
        assert!(matches!(&read(b"one\n\xff\ntwo")[..], [Input::Line(_), Input::Invalid(_)]));
    }
}
