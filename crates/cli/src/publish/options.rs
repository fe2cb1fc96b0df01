//! Flags of `yodel publish`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use yodel_protocol::{ClientId, EventName, IdempotencyKey, RoomName, UserId};

use crate::dial::{Address, TlsFlags, UrlParser};

/// Flags of `yodel publish`. The documentation of a field is the help of its flag.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = EXAMPLES,
    group(ArgGroup::new("whom").required(true).args(["room", "user", "client", "everyone"])),
    group(ArgGroup::new("what").required(true).args(["data", "text", "input"])),
    group(ArgGroup::new("login").args(["api_key_file", "token_file"])),
)]
pub struct PublishFlags {
    /// URL of the server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000", value_parser = UrlParser::HTTP)]
    pub url: Address,

    /// Authenticate with the key in this file, one of the server's --api-key-file
    #[arg(long, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,

    /// Authenticate with the token in this file, which must have the claim `api`
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Publish to this room
    #[arg(long, value_parser = |text: &str| RoomName::new(text))]
    pub room: Option<RoomName>,

    /// Send to this user, on all connections
    #[arg(long, value_parser = |text: &str| UserId::new(text))]
    pub user: Option<UserId>,

    /// Send to this connection
    #[arg(long, value_parser = |text: &str| ClientId::new(text))]
    pub client: Option<ClientId>,

    /// Send to all connections
    #[arg(long)]
    pub everyone: bool,

    /// Name of the event
    #[arg(long, default_value = "text", value_parser = |text: &str| EventName::new(text))]
    pub event: EventName,

    /// Message, as JSON
    #[arg(long, value_name = "JSON")]
    pub data: Option<String>,

    /// Message, as plain text; sent as a JSON string
    #[arg(long)]
    pub text: Option<String>,

    /// Read the message from standard input, as JSON
    #[arg(value_name = "-", value_parser = ["-"])]
    pub input: Option<String>,

    /// Idempotency key: within five minutes, the room publishes the same key only once
    #[arg(long, conflicts_with_all = ["user", "client", "everyone"], value_parser = |text: &str| IdempotencyKey::new(text))]
    pub key: Option<IdempotencyKey>,

    /// TLS flags.
    #[command(flatten)]
    pub tls: TlsFlags,
}

const EXAMPLES: &str = "\
Examples:
  yodel publish --api-key-file api.key --room chat --text 'The build is done.'
  yodel publish --api-key-file api.key --user 42 --event invoice \\
      --data '{\"number\":7}'
  jq '.result' report.json |
      yodel publish --api-key-file api.key --room reports --event report -

The server's response is printed: the position of the message in the room, or the number of connections \
that received it.";
