//! Flags of `yodel connect`, with defaults and units.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use yodel_client::Mode;
use yodel_protocol::{RoomName, SUBPROTOCOL};

use super::expectation::Expectation;
use crate::dial::upgrade::is_bearer_token;
use crate::dial::{Address, Header, TlsFlags, UrlParser};
use crate::value;

/// Flags of `yodel connect`. The documentation of a field is the help of its flag.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub struct ConnectFlags {
    /// URL of the server: ws://HOST:PORT/PATH or wss://HOST:PORT/PATH
    #[arg(value_name = "URL", value_parser = UrlParser::WEBSOCKET)]
    pub url: Address,

    /// Use yodel.v1 and join this room (repeatable); input goes to the last room
    #[arg(long, value_name = "ROOM", value_parser = room_name)]
    pub join: Vec<RoomName>,

    /// Send this text (repeatable); without a terminal, exit after the response
    #[arg(long, value_name = "TEXT")]
    pub send: Vec<String>,

    /// Print one JSON object per line for each event
    #[arg(long)]
    pub json: bool,

    /// Stay connected after the input ends
    #[arg(long)]
    pub stay: bool,

    /// Time to wait for responses in plain mode after the input has ended
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = value::duration)]
    pub response_timeout: Duration,

    /// Wait for a message that matches: TEXT that it contains, /REGEX/, or json:PATH=VALUE (repeatable, in any order)
    #[arg(long, value_name = "PATTERN", conflicts_with = "stay", value_parser = Expectation::parse)]
    pub expect: Vec<Expectation>,

    /// Time for the messages of --expect, from the start of the command
    #[arg(long, value_name = "DURATION", default_value = "10s", requires = "expect", value_parser = value::duration)]
    pub timeout: Duration,

    /// Exit when the connection is lost instead of reconnecting
    #[arg(long, help_heading = "Connection")]
    pub no_reconnect: bool,

    /// Give up after this many failed reconnects in a row [default: never]
    #[arg(long, help_heading = "Connection", value_name = "N", conflicts_with = "no_reconnect", value_parser = value::number::<u32>)]
    pub retry: Option<u32>,

    /// Give up when the next reconnect would be this long after the connection was lost [default: never]
    #[arg(long, help_heading = "Connection", value_name = "DURATION", conflicts_with = "no_reconnect", value_parser = value::duration)]
    pub retry_for: Option<Duration>,

    /// Authenticate with the token in this file, which is read again when a new token is needed
    #[arg(long, help_heading = "Connection", value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Offer this subprotocol (repeatable); with yodel.v1 this client uses that protocol
    #[arg(long, help_heading = "Connection", value_name = "NAME", conflicts_with = "join", value_parser = Header::parse_token)]
    pub subprotocol: Vec<String>,

    /// Send this header with the handshake (repeatable)
    #[arg(long, help_heading = "Connection", value_name = "NAME: VALUE", value_parser = Header::parse)]
    pub header: Vec<Header>,

    /// Send this Origin header, for servers that check it
    #[arg(long, help_heading = "Connection", value_name = "ORIGIN", value_parser = UrlParser(Header::origin))]
    pub origin: Option<Header>,

    /// Offer permessage-deflate
    #[arg(long, help_heading = "Connection")]
    pub compression: bool,

    /// TLS flags.
    #[command(flatten)]
    pub tls: TlsFlags,
}

const EXAMPLES: &str = "\
Examples:
  yodel connect ws://127.0.0.1:8000/ws
  yodel connect ws://127.0.0.1:8000/ws --join chat
  echo hello | yodel connect wss://example.com/echo
  yodel connect ws://127.0.0.1:8000/ws --join chat --stay --json < /dev/null
  yodel connect ws://127.0.0.1:8000/ws --send ping --expect ping --timeout 5s < /dev/null

Received messages go to standard output, everything else to standard error. In yodel.v1, a sent message is kept until \
the server acknowledges it, even while there is no connection. The environment variables https_proxy, http_proxy, \
all_proxy and no_proxy are used.

--expect compares the data of a message, as it is printed without --json. Each pattern must be matched by a message \
after the start, in any order; one message may match several. PATH has keys and indexes, as in a.b[0] or [\"a.b\"]; \
VALUE is JSON, or text without quotes; 1 equals 1.0. When all are matched and the input is sent, the command exits.

Exit status: 0 after a normal close, 1 if the server rejected the connection or a room, if the connection was lost and \
not restored, or if a message was not delivered or not printed, 2 if an argument is invalid, 3 if --timeout passed or the connection \
ended before every --expect was matched.";

fn room_name(text: &str) -> Result<RoomName, String> {
    RoomName::new(text).map_err(|error| error.to_string())
}

impl ConnectFlags {
    /// Returns the protocol to use: plain messages, or `yodel.v1`.
    pub fn mode(&self) -> Mode {
        let offered = self.subprotocol.iter().any(|name| name == SUBPROTOCOL);
        if offered || !self.join.is_empty() { Mode::Envelope { lobby: self.join.is_empty() } } else { Mode::Plain }
    }

    /// Returns the number of failed connection attempts in a row after which the session ends.
    pub fn max_attempts(&self) -> Option<u32> {
        if self.no_reconnect { Some(1) } else { self.retry.map(|retries| retries.saturating_add(1)) }
    }

    /// Returns `true` if the handshake contains headers or a token that no other server must get.
    pub fn has_secrets(&self) -> bool {
        let offers_token = self.subprotocols().iter().any(|offer| is_bearer_token(offer));
        !self.header.is_empty() || self.token_file.is_some() || offers_token
    }

    /// Returns the subprotocols that the handshake offers.
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
    struct ConnectArguments {
        #[command(flatten)]
        connect: ConnectFlags,
    }

    fn connect(flags: &[&str]) -> ConnectFlags {
        let line = ["connect", "ws://a/ws"].iter().chain(flags);
        ConnectArguments::try_parse_from(line).unwrap_or_else(|error| panic!("{error}")).connect
    }

    fn is_invalid(flags: &[&str]) -> bool {
        ConnectArguments::try_parse_from(["connect", "ws://a/ws"].iter().chain(flags)).is_err()
    }

    #[test]
    fn limits_the_number_of_attempts() {
        assert_eq!(connect(&[]).max_attempts(), None);
        assert_eq!(connect(&["--no-reconnect"]).max_attempts(), Some(1));
        assert_eq!(connect(&["--retry=0"]).max_attempts(), Some(1));
        assert_eq!(connect(&["--retry=3", "--retry-for=1m"]).max_attempts(), Some(4));
        assert!(is_invalid(&["--retry=3", "--no-reconnect"]) && is_invalid(&["--retry-for=1m", "--no-reconnect"]));
        assert!(is_invalid(&["--cacert=a.pem", "--insecure"]));
    }

    #[test]
    fn selects_the_protocol_by_rooms_and_subprotocol() {
        assert_eq!(connect(&[]).mode(), Mode::Plain);
        assert_eq!(connect(&["--subprotocol=chat"]).mode(), Mode::Plain);
        assert_eq!(connect(&["--subprotocol=chat", "--subprotocol=talk"]).subprotocols(), ["chat", "talk"]);
        assert_eq!(connect(&["--subprotocol=yodel.v1"]).mode(), Mode::Envelope { lobby: true });
        assert_eq!(connect(&["--subprotocol=yodel.plain", "--subprotocol=bearer.a.b.c"]).mode(), Mode::Plain);
        let joined = connect(&["--join=chat", "--join=news"]);
        assert_eq!(joined.mode(), Mode::Envelope { lobby: false });
        assert_eq!(joined.subprotocols(), ["yodel.v1"]);
        assert!(is_invalid(&["--join=chat", "--subprotocol=talk"]));
    }

    #[test]
    fn a_timeout_needs_an_expected_message() {
        let flags = connect(&["--expect=a", "--expect", "/b/"]);
        assert_eq!((flags.expect.len(), flags.timeout), (2, Duration::from_secs(10)));
        assert_eq!(connect(&["--expect=a", "--timeout=5s"]).timeout, Duration::from_secs(5));
        assert!(is_invalid(&["--timeout=5s"]) && is_invalid(&["--expect=a", "--stay"]));
        assert!(is_invalid(&["--expect=/(/"]) && is_invalid(&["--expect=a", "--timeout=0s"]));
    }

    #[test]
    fn headers_and_tokens_are_secrets() {
        for secret in ["--header=A: b", "--token-file=a", "--subprotocol=bearer.a.b.c"] {
            assert!(connect(&["--subprotocol=chat", secret]).has_secrets(), "{secret}");
        }
        assert!(!connect(&["--subprotocol=chat", "--origin=https://a.example"]).has_secrets());
    }
}
