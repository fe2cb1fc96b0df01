//! JavaScript for browsers, which also runs in Node.js 22 and later.

use super::{
    ConnectionFacts, LeftOut, Step,
    literal::{list, quote},
    step::Frame,
};
use yodel_protocol::TOKEN_SUBPROTOCOL_PREFIX;

/// Returns the program.
#[allow(clippy::unnecessary_wraps)] // All tools have this signature.
pub fn program(connection: &ConnectionFacts, step: &Step) -> Result<String, LeftOut> {
    let mut lines = Vec::new();
    let mut offered = list(&connection.offered_by_a_page(), quote);
    if connection.has_token {
        lines.push(r#"const token = "$TOKEN";"#.to_owned());
        offered = [&offered, ", `", TOKEN_SUBPROTOCOL_PREFIX, "${token}`"].concat();
    }
    let offered = if offered.is_empty() { offered } else { [", [", &offered, "]"].concat() };
    lines.push(["const socket = new WebSocket(", &quote(&connection.url), &offered, ");"].concat());
    lines.push(r#"socket.binaryType = "arraybuffer";"#.to_owned());
    let message = step.frame(connection).map(|frame| match frame {
        Frame::Text(text) => quote(&text),
        Frame::Binary(bytes) => {
            let bytes: Vec<_> = bytes.iter().map(u8::to_string).collect();
            ["new Uint8Array([", &bytes.join(", "), "])"].concat()
        }
    });
    if let Some(message) = message {
        lines.push(["socket.onopen = () => socket.send(", &message, ");"].concat());
    }
    lines.push("socket.onmessage = ({ data }) => console.log(data);".to_owned());
    lines.push(r#"socket.onclose = ({ code, reason }) => console.log("closed", code, reason);"#.to_owned());
    Ok(lines.join("\n") + "\n")
}
