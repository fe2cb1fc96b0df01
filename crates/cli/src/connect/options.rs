//! Every flag of `yodel connect`, with its default and its unit.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use yodel_client::Mode;
use yodel_protocol::{RoomName, SUBPROTOCOL};

use crate::dial::{Address, AddressParser, Header};
use crate::value;

/// Talks with a WebSocket server from a terminal or a script. Each field is a flag; its documentation is
/// the flag's help.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub struct Connect {
    /// The server: ws://HOST:PORT/PATH or wss://HOST:PORT/PATH.
    #[arg(value_name = "URL", value_parser = AddressParser::WEBSOCKET)]
    pub url: Address,

    /// Speak yodel.v1 and join this room; what is typed goes to the last one (repeatable).
    #[arg(long, value_name = "ROOM", value_parser = room_name)]
    pub join: Vec<RoomName>,

    /// Send this text (repeatable). Without a terminal, end when it is answered.
    #[arg(long, value_name = "TEXT")]
    pub send: Vec<String>,

    /// Print one JSON object per line for everything that happens.
    #[arg(long)]
    pub json: bool,

    /// Stay connected when the input ends.
    #[arg(long)]
    pub stay: bool,

    /// How long to wait for answers of a plain server when the input has ended.
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = value::duration)]
    pub linger: Duration,

    /// Do not dial again when the connection is lost.
    #[arg(long, help_heading = "The connection")]
    pub no_reconnect: bool,

    /// Log in with the token in this file, which is read again whenever a new one is needed.
    #[arg(long, help_heading = "The connection", value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Ask for this subprotocol; yodel.v1 is spoken (repeatable).
    #[arg(long, help_heading = "The connection", value_name = "NAME", conflicts_with = "join", value_parser = Header::parse_token)]
    pub subprotocol: Vec<String>,

    /// Send this header with the handshake (repeatable).
    #[arg(long, help_heading = "The connection", value_name = "NAME: VALUE", value_parser = Header::parse)]
    pub header: Vec<Header>,

    /// Come from this page, for servers that ask.
    #[arg(long, help_heading = "The connection", value_name = "URL", value_parser = Header::origin)]
    pub origin: Option<Header>,

    /// Offer permessage-deflate.
    #[arg(long, help_heading = "The connection")]
    pub compression: bool,

    /// Do not check the server's certificate.
    #[arg(long, help_heading = "The connection")]
    pub insecure: bool,
}

const EXAMPLES: &str = "\
Examples:
  yodel connect ws://127.0.0.1:8000/ws
  yodel connect ws://127.0.0.1:8000/ws --join chat
  echo hello | yodel connect wss://example.com/echo
  yodel connect ws://127.0.0.1:8000/ws --join chat --stay --json < /dev/null

Messages go to standard output, everything else to standard error. With yodel.v1 what is sent is kept until
the server has it, also while there is no connection. https_proxy, http_proxy, all_proxy and no_proxy count.
The status is 0 after a normal close and 1 when something was refused or lost.";

fn room_name(text: &str) -> Result<RoomName, String> {
    RoomName::new(text).map_err(|error| error.to_string())
}

impl Connect {
    /// What to speak.
    pub fn mode(&self) -> Mode {
        let asked = self.subprotocol.iter().any(|name| name == SUBPROTOCOL);
        if asked || !self.join.is_empty() { Mode::Envelope { lobby: self.join.is_empty() } } else { Mode::Plain }
    }

    /// What is asked for in the handshake.
    pub fn subprotocols(&self) -> Vec<String> {
        match self.mode() {
            Mode::Envelope { .. } => vec![SUBPROTOCOL.to_owned()],
            Mode::Plain => self.subprotocol.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        connect: Connect,
    }

    fn connect(flags: &[&str]) -> Connect {
        let line = ["connect", "ws://a/ws"].iter().chain(flags);
        Flags::try_parse_from(line).unwrap_or_else(|error| panic!("{error}")).connect
    }

    #[test]
    fn rooms_and_the_subprotocol_say_what_is_spoken() {
        assert_eq!(connect(&[]).mode(), Mode::Plain);
        assert_eq!(connect(&["--subprotocol=chat"]).mode(), Mode::Plain);
        assert_eq!(connect(&["--subprotocol=chat", "--subprotocol=talk"]).subprotocols(), ["chat", "talk"]);
        assert_eq!(connect(&["--subprotocol=yodel.v1"]).mode(), Mode::Envelope { lobby: true });
        let joined = connect(&["--join=chat", "--join=news"]);
        assert_eq!(joined.mode(), Mode::Envelope { lobby: false });
        assert_eq!(joined.subprotocols(), ["yodel.v1"]);
        assert!(Flags::try_parse_from(["connect", "ws://a/ws", "--join=chat", "--subprotocol=talk"]).is_err());
    }
}
