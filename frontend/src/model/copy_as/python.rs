//! Python with the package `websockets`.

use super::{
    ConnectionFacts, LeftOut, Step,
    literal::{list, quote_python},
    step::Frame,
};
use std::fmt::Write;

/// Returns the program.
#[allow(clippy::unnecessary_wraps)] // All tools have this signature.
pub fn program(connection: &ConnectionFacts, step: &Step) -> Result<String, LeftOut> {
    let mut arguments = quote_python(&connection.url);
    let offered = list(&connection.offered(), quote_python);
    if !offered.is_empty() {
        arguments = [&arguments, ", subprotocols=[", &offered, "]"].concat();
    }
    let mut imports = "from websockets.sync.client import connect  # pip install websockets\n";
    if connection.has_token {
        imports = "import os\n\nfrom websockets.sync.client import connect  # pip install websockets\n";
        arguments.push_str(r#", additional_headers={"Authorization": "Bearer " + os.environ["TOKEN"]}"#);
    }
    let message = step.frame(connection).map(|frame| match frame {
        Frame::Text(text) => quote_python(&text),
        Frame::Binary(bytes) => {
            let mut digits = String::new();
            for byte in &*bytes {
                let _ = write!(digits, "{byte:02x}");
            }
            ["bytes.fromhex(\"", &digits, "\")"].concat()
        }
    });
    let send = message.map(|message| ["    socket.send(", &message, ")\n"].concat()).unwrap_or_default();
    let receive = "    for message in socket:\n        print(message)\n";
    Ok([imports, "\nwith connect(", &arguments, ") as socket:\n", &send, receive].concat())
}
