//! Flags of `yodel token`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::value::RawValue;

use super::room_permission::RoomPermission;
use crate::value;

/// Subcommands of `yodel token`. The documentation of a field is the help of its flag.
#[derive(Clone, Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum TokenCommand {
    /// Create a token
    Make(Box<MakeFlags>),
    /// Show a token, and whether a server would accept it
    Inspect(InspectFlags),
    /// Create a random secret for --jwt-secret-file or --api-key-file
    Secret(SecretFlags),
}

const EXAMPLES: &str = "\
Examples:
  yodel token secret -o jwt.secret
  yodel token make --jwt-secret-file jwt.secret --user 42 --expires 1h \\
      --room 'team-*=join,publish' > token.txt
  yodel token inspect --jwt-secret-file jwt.secret --token-file token.txt
  yodel serve --auth jwt --jwt-secret-file jwt.secret";

/// Flags of `yodel token make`.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub struct MakeFlags {
    /// Sign with the secret in this file (HS256), the same as the server's
    #[arg(long, value_name = "FILE", conflicts_with = "jwt_private_key")]
    pub jwt_secret_file: Option<PathBuf>,

    /// Sign with the private key in this file (PEM): Ed25519, P-256 or RSA; the server has the public key
    #[arg(long, value_name = "FILE")]
    pub jwt_private_key: Option<PathBuf>,

    /// User of the token
    #[arg(long, value_name = "NAME")]
    pub user: String,

    /// Lifetime of the token
    #[arg(long, value_name = "DURATION", value_parser = value::lifetime)]
    pub expires: Duration,

    /// Audience of the token (`aud`, repeatable), for a server with --jwt-audience
    #[arg(long, value_name = "NAME")]
    pub audience: Vec<String>,

    /// Issuer of the token (`iss`), for a server with --jwt-issuer
    #[arg(long, value_name = "NAME")]
    pub issuer: Option<String>,

    /// Actions permitted in a room (repeatable); `*` in the pattern matches any characters
    ///
    /// Without this flag, the token permits everything except broadcasts and the HTTP API; with it, only the listed
    /// actions.
    #[arg(long, value_name = "PATTERN=ACTION,...")]
    pub room: Vec<RoomPermission>,

    /// Permit broadcasts to all connections
    #[arg(long)]
    pub broadcast: bool,

    /// Permit use of the HTTP API
    #[arg(long)]
    pub api: bool,

    /// Permit direct messages to users and clients; only needed with --room
    #[arg(long)]
    pub send: bool,

    /// Permit calls of the application's own events; only needed with --room
    #[arg(long)]
    pub call: bool,

    /// Public information about the user, shown to others
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub info: Option<Box<RawValue>>,
}

/// Flags of `yodel token inspect`.
#[derive(Args, Clone, Debug)]
pub struct InspectFlags {
    /// Verify the signature with the secret in this file (HS256)
    #[arg(long, value_name = "FILE", conflicts_with = "jwt_public_key")]
    pub jwt_secret_file: Option<PathBuf>,

    /// Verify the signature with the public key in this file (PEM)
    #[arg(long, value_name = "FILE")]
    pub jwt_public_key: Option<PathBuf>,

    /// Audience of the server (repeatable); the token must contain one of them in `aud`
    #[arg(long, value_name = "NAME")]
    pub jwt_audience: Vec<String>,

    /// Issuer that the server accepts (repeatable)
    #[arg(long, value_name = "NAME")]
    pub jwt_issuer: Vec<String>,

    /// Age up to which the server accepts a token
    #[arg(long, value_name = "DURATION", value_parser = value::lifetime)]
    pub jwt_max_age: Option<Duration>,

    /// Read the token from this file
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Token, or - to read it from standard input, which keeps it out of the shell history
    #[arg(value_name = "TOKEN", required_unless_present = "token_file", conflicts_with = "token_file")]
    pub token: Option<String>,
}

/// Flags of `yodel token secret`.
#[derive(Args, Clone, Debug)]
pub struct SecretFlags {
    /// Write the secret into this new file, which only its owner can read
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

fn json(text: &str) -> Result<Box<RawValue>, String> {
    serde_json::from_str(text).map_err(|error| format!("expected JSON, such as '{{\"name\":\"Anna\"}}': {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, error::ErrorKind};

    fn parse(arguments: &str) -> Result<(), ErrorKind> {
        let command = TokenCommand::augment_subcommands(Command::new("token").no_binary_name(true));
        command.try_get_matches_from(arguments.split_whitespace()).map(|_| ()).map_err(|error| error.kind())
    }

    #[test]
    fn make_requires_a_user_and_a_lifetime_and_one_key() {
        assert_eq!(parse("make --user 42 --expires 1h --jwt-secret-file f"), Ok(()));
        assert_eq!(parse("make --user 42 --expires 1h --jwt-private-key f"), Ok(()));
        let both = "make --user 42 --expires 1h --jwt-secret-file f --jwt-private-key f";
        assert_eq!(parse(both), Err(ErrorKind::ArgumentConflict));
        assert_eq!(parse("make --expires 1h --jwt-secret-file f"), Err(ErrorKind::MissingRequiredArgument));
        assert_eq!(parse("make --user 42 --jwt-secret-file f"), Err(ErrorKind::MissingRequiredArgument));
    }

    #[test]
    fn inspect_requires_one_source_and_at_most_one_key() {
        for right in ["inspect a.b.c", "inspect -", "inspect --token-file f", "inspect --jwt-public-key f -"] {
            assert_eq!(parse(right), Ok(()), "{right}");
        }
        assert_eq!(parse("inspect"), Err(ErrorKind::MissingRequiredArgument));
        assert_eq!(parse("inspect --token-file f -"), Err(ErrorKind::ArgumentConflict));
        let both = "inspect - --jwt-public-key f --jwt-secret-file f";
        assert_eq!(parse(both), Err(ErrorKind::ArgumentConflict));
    }

    #[test]
    fn accepts_tokens_of_many_days() {
        assert_eq!(parse("make --user 42 --expires 30days --jwt-secret-file f"), Ok(()));
        assert_eq!(parse("inspect --jwt-max-age 30days a.b.c"), Ok(()));
    }

    #[test]
    fn keeps_the_json_of_info_unchanged() {
        assert_eq!(json("{ \"a\": 1 }").map(|info| info.get().to_owned()), Ok("{ \"a\": 1 }".to_owned()));
        assert!(json("Anna").unwrap_err().contains("\"name\""));
    }
}
