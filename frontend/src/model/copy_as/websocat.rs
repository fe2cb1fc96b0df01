//! The command of websocat 1.

use super::{
    ConnectionFacts, LeftOut, Step,
    shell_word::{printf_format, quote},
    step::Frame,
};

/// Maximum size of a binary message in a command, in bytes: a pipe passes this much at once (`PIPE_BUF` on Linux), and
/// websocat sends what it reads at once as one message.
pub const MAX_PIPED_BYTES: usize = 4 * 1024;

/// Returns the command. It prints messages until it is interrupted.
pub fn command(connection: &ConnectionFacts, step: &Step) -> Result<String, LeftOut> {
    let frame = step.frame(connection);
    // A text with line breaks would be several messages; NUL separates messages in both directions.
    let has_lines = matches!(&frame, Some(Frame::Text(text)) if text.contains('\n'));
    let mut words = match &frame {
        None => vec!["websocat".to_owned()],
        Some(Frame::Text(text)) => {
            let flags = if has_lines { "| websocat -n -0" } else { "| websocat -n" };
            vec!["printf %s".to_owned(), quote(text)?, flags.to_owned()]
        }
        Some(Frame::Binary(bytes)) if bytes.len() > MAX_PIPED_BYTES => {
            return Err(LeftOut::TooLong(MAX_PIPED_BYTES));
        }
        Some(Frame::Binary(bytes)) => {
            vec!["printf".to_owned(), printf_format(bytes), "| websocat -n -b".to_owned()]
        }
    };
    let subprotocols = connection.offered();
    if !subprotocols.is_empty() {
        words.push(["--protocol=", &quote(&subprotocols.join(", "))?].concat());
    }
    if connection.has_token {
        // With an equals sign: without, it takes the address for another header.
        words.push(r#"-H="Authorization: Bearer $TOKEN""#.to_owned());
    }
    words.push(quote(&connection.url)?);
    if has_lines {
        words.push(r"| tr '\0' '\n'".to_owned());
    }
    Ok(words.join(" "))
}
