//! The command of wscat.

use super::{ConnectionFacts, LeftOut, Step, shell_word::quote, step::Frame};

/// Time to wait for messages after a message was sent, in seconds.
const WAIT: &str = "-w 10";

/// Returns the command.
pub fn command(connection: &ConnectionFacts, step: &Step) -> Result<String, LeftOut> {
    let mut words = vec!["wscat -c".to_owned(), quote(&connection.url)?];
    for name in connection.offered() {
        words.extend(["-s".to_owned(), quote(name)?]);
    }
    if connection.has_token {
        words.push(r#"-H "Authorization: Bearer $TOKEN""#.to_owned());
    }
    match step.frame(connection) {
        Some(Frame::Text(text)) => words.extend(["-x".to_owned(), quote(&text)?, WAIT.to_owned()]),
        Some(Frame::Binary(_)) => return Err(LeftOut::Binary),
        None => {}
    }
    Ok(words.join(" "))
}
