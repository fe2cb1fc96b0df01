//! The command `yodel connect`.

use super::{ConnectionFacts, LeftOut, Step, shell_word::quote};
use crate::model::Destination;

/// Time for an expected message.
const TIMEOUT: &str = "--timeout=10s";

/// Characters with a meaning in a regular expression.
const SPECIAL: &str = r"\.+*?()|[]{}^$#&-~";

/// Returns the command. A received message becomes a check with `--expect`.
pub fn command(connection: &ConnectionFacts, step: &Step) -> Result<String, LeftOut> {
    let mut words = vec!["yodel connect".to_owned(), quote(&connection.url)?];
    match room(step)?.filter(|_| !connection.is_plain()) {
        Some(room) => words.push(["--join=", &quote(room)?].concat()),
        None => {
            for name in connection.offered() {
                words.push(["--subprotocol=", &quote(name)?].concat());
            }
        }
    }
    if connection.has_token {
        words.push(r#"--token-file="$TOKEN_FILE""#.to_owned());
    }
    match step {
        Step::Send { text, .. } => words.push(["--send=", &quote(text)?].concat()),
        Step::Receive { text: Some(text), .. } => {
            words.extend([["--expect=", &quote(&pattern(text))?].concat(), TIMEOUT.to_owned()]);
        }
        Step::Receive { text: None, .. } | Step::SendBinary(_) => return Err(LeftOut::Binary),
        Step::Connect => {}
    }
    Ok(words.join(" "))
}

/// Returns the room to join: the command publishes in the room that it has joined.
fn room(step: &Step) -> Result<Option<&str>, LeftOut> {
    match step {
        Step::Send { to: Some(Destination::Room(room)), .. } | Step::Receive { room: Some(room), .. } => {
            Ok(Some(room.as_str()))
        }
        Step::Send { to: Some(_), .. } => Err(LeftOut::Recipient),
        _ => Ok(None),
    }
}

/// Returns the value of `--expect` for a message with this text. One that would be read as another kind of pattern
/// becomes a regular expression.
fn pattern(text: &str) -> String {
    let is_regex = text.len() > 1 && text.starts_with('/') && text.ends_with('/');
    if !text.is_empty() && !is_regex && !text.starts_with("json:") {
        return text.to_owned();
    }
    let mut pattern = String::from("/^");
    for char in text.chars() {
        if SPECIAL.contains(char) {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern + "$/"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_a_text_that_looks_like_another_pattern() {
        for (text, expected) in [
            ("hello", "hello"),
            ("/", "/"),
            ("/path", "/path"),
            ("/a.b/", r"/^/a\.b/$/"),
            ("json:a=[1]", r"/^json:a=\[1\]$/"),
            ("", "/^$/"),
        ] {
            assert_eq!(pattern(text), expected);
        }
    }
}
