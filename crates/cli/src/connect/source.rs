//! Where input comes from: an editor on the terminal, or a pipe.

use std::io::{self, BufRead, IsTerminal, Read};
use std::thread;

use tokio::sync::mpsc::{self, Receiver, Sender};

use super::editor::Editor;
use super::input::Input;
use super::printer::Above;

/// The longest line of a pipe, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Where lines come from.
pub struct Source {
    lines: Receiver<Input>,
    /// Whether a person types them, with an editor.
    pub edited: bool,
}

impl Source {
    /// Reads standard input: with an editor, if a person sits there and sees the output; then `before_editing`.
    /// Also what prints above that editor.
    pub fn open(plain_text: bool, before_editing: impl FnOnce()) -> (Self, Option<Above>) {
        // One line only: the rest stays in the pipe, which pushes back.
        let (sender, lines) = mpsc::channel(1);
        let person = plain_text && io::stdin().is_terminal() && io::stdout().is_terminal();
        if let Some(mut editor) = person.then(Editor::new).flatten()
            && let Some(above) = editor.above()
        {
            before_editing();
            thread::spawn(move || editor.run(&sender));
            return (Self { lines, edited: true }, Some(above));
        }
        thread::spawn(move || read_lines(io::stdin().lock(), &sender));
        (Self { lines, edited: false }, None)
    }

    /// The next thing.
    pub async fn next(&mut self) -> Input {
        self.lines.recv().await.unwrap_or(Input::End)
    }
}

/// Reads lines until the end, or until nobody wants more.
fn read_lines(mut source: impl BufRead, lines: &Sender<Input>) {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let input = match source.by_ref().take(LONGEST).read_until(b'\n', &mut bytes) {
            Ok(0) => Input::End,
            Ok(read) if read as u64 == LONGEST => Input::Wrong("a line of the input is too long".to_owned()),
            Ok(_) => line(&bytes),
            Err(error) => Input::Wrong(format!("the input cannot be read: {error}")),
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
        |_| Input::Wrong("a line of the input is no UTF-8".to_owned()),
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
    fn a_pipe_has_lines_until_its_end() {
        let line = |text: &str| Input::Line(text.to_owned());
        assert_eq!(read(b"one\ntwo\r\n\nlast"), [line("one"), line("two"), line(""), line("last"), Input::End]);
        assert_eq!(read(b""), [Input::End]);
    }

    #[test]
    fn what_is_no_text_is_not_sent_as_something_else() {
        assert!(matches!(&read(b"one\n\xff\ntwo")[..], [Input::Line(_), Input::Wrong(_)]));
    }
}
