//! Every flag of `yodel publish`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use yodel_protocol::{ClientId, EventName, IdempotencyKey, RoomName, UserId};

use crate::dial::{Address, AddressParser};

/// One message for a room, a user, a connection or everybody. Each field is a flag; its documentation is
/// the flag's help.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = EXAMPLES,
    group(ArgGroup::new("whom").required(true).args(["room", "user", "client", "everyone"])),
    group(ArgGroup::new("what").args(["data", "text", "input"])),
    group(ArgGroup::new("login").args(["api_key_file", "token_file"])),
)]
pub struct Publish {
    /// The server.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000", value_parser = AddressParser::HTTP)]
    pub url: Address,

    /// Log in with the key in this file, one of the server's --api-key-file.
    #[arg(long, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,

    /// Log in with the token in this file, which has to claim `api`.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Put it into this room.
    #[arg(long, value_parser = |text: &str| RoomName::new(text))]
    pub room: Option<RoomName>,

    /// Tell this user, on all connections.
    #[arg(long, value_parser = |text: &str| UserId::new(text))]
    pub user: Option<UserId>,

    /// Tell this connection.
    #[arg(long, value_parser = |text: &str| ClientId::new(text))]
    pub client: Option<ClientId>,

    /// Tell everybody who is connected.
    #[arg(long)]
    pub everyone: bool,

    /// What it is about.
    #[arg(long, default_value = "text", value_parser = |text: &str| EventName::new(text))]
    pub event: EventName,

    /// The message: any JSON.
    #[arg(long, value_name = "JSON")]
    pub data: Option<String>,

    /// The message: a text, which is sent as a JSON string.
    #[arg(long)]
    pub text: Option<String>,

    /// - for a message from standard input: any JSON.
    #[arg(value_name = "-", value_parser = ["-"])]
    pub input: Option<String>,

    /// Makes it safe to repeat: for five minutes the same key in the same room is not published again.
    #[arg(long, conflicts_with_all = ["user", "client", "everyone"], value_parser = |text: &str| IdempotencyKey::new(text))]
    pub key: Option<IdempotencyKey>,

    /// Do not check the server's certificate.
    #[arg(long)]
    pub insecure: bool,
}

const EXAMPLES: &str = "\
Examples:
  yodel publish --api-key-file api.key --room chat --text 'The build is done.'
  yodel publish --api-key-file api.key --user 42 --event invoice --data '{\"number\":7}'
  jq '.result' report.json | yodel publish --api-key-file api.key --room reports --event report -

It prints the server's answer: the message's place, or how many connections it went to.";
