//! Every flag of `yodel token`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::value::RawValue;

use super::room::Room;
use crate::value;

/// The longest time a token is made for.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// What can be done with tokens. Each field is a flag; its documentation is the flag's help.
#[derive(Clone, Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum Token {
    /// Make a token and print it.
    Make(Box<Make>),
    /// Say what is in a token, and whether a server would accept it.
    Inspect(Inspect),
    /// Make a secret for --jwt-secret-file or --api-key-file and print it.
    Secret,
}

const EXAMPLES: &str = "\
Examples:
  (umask 077; yodel token secret > jwt.secret)
  yodel token make --jwt-secret-file jwt.secret --user 42 --expires 1h --room 'team-*=join,publish'
  yodel token inspect --jwt-secret-file jwt.secret --token-file token.txt
  yodel serve --auth jwt --jwt-secret-file jwt.secret";

/// The flags of `yodel token make`.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub struct Make {
    /// Sign with this secret (HS256), the one that the server has.
    #[arg(long, value_name = "FILE", conflicts_with = "jwt_private_key")]
    pub jwt_secret_file: Option<PathBuf>,

    /// Sign with this private key (PEM): Ed25519, P-256 or RSA. The server has the public one.
    #[arg(long, value_name = "FILE")]
    pub jwt_private_key: Option<PathBuf>,

    /// Who it is for.
    #[arg(long, value_name = "NAME")]
    pub user: String,

    /// For how long it is good.
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    pub expires: Duration,

    /// Allow this in a room, or in all whose names fit; `*` is any run of characters (repeatable).
    ///
    /// Without any the user may do everything but broadcast and use the HTTP interface; with some, only
    /// what is allowed.
    #[arg(long, value_name = "PATTERN=ACTION,..")]
    pub room: Vec<Room>,

    /// Allow to tell everybody something.
    #[arg(long)]
    pub broadcast: bool,

    /// Allow to use the HTTP interface.
    #[arg(long)]
    pub api: bool,

    /// Allow to tell a user or a client something; needed only with --room.
    #[arg(long)]
    pub send: bool,

    /// Allow to call the application's own events; needed only with --room.
    #[arg(long)]
    pub call: bool,

    /// What others are shown of the user.
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub info: Option<Box<RawValue>>,
}

/// The flags of `yodel token inspect`.
#[derive(Args, Clone, Debug)]
pub struct Inspect {
    /// Check the signature with this secret (HS256).
    #[arg(long, value_name = "FILE", conflicts_with = "jwt_public_key")]
    pub jwt_secret_file: Option<PathBuf>,

    /// Check the signature with this public key (PEM).
    #[arg(long, value_name = "FILE")]
    pub jwt_public_key: Option<PathBuf>,

    /// Read the token from this file.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// The token, or - to read it from standard input: then it is in no history of commands.
    #[arg(value_name = "TOKEN", required_unless_present = "token_file", conflicts_with = "token_file")]
    pub token: Option<String>,
}

/// A time with a unit, from a second to a year.
fn lifetime(text: &str) -> Result<Duration, String> {
    value::time(text)
        .filter(|time| (Duration::from_secs(1)..=LONGEST).contains(time))
        .ok_or_else(|| "allowed is a time with a unit from 1s to 366days, such as 15m, 1h or 30days".to_owned())
}

fn json(text: &str) -> Result<Box<RawValue>, String> {
    serde_json::from_str(text).map_err(|error| format!("allowed is JSON, such as '{{\"name\":\"Anna\"}}': {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, error::ErrorKind};

    fn parse(arguments: &str) -> Result<(), ErrorKind> {
        let command = Token::augment_subcommands(Command::new("token").no_binary_name(true));
        command.try_get_matches_from(arguments.split_whitespace()).map(|_| ()).map_err(|error| error.kind())
    }

    #[test]
    fn a_token_is_made_with_one_key_for_somebody_and_not_for_ever() {
        assert_eq!(parse("make --user 42 --expires 1h --jwt-secret-file f"), Ok(()));
        assert_eq!(parse("make --user 42 --expires 1h --jwt-private-key f"), Ok(()));
        let both = "make --user 42 --expires 1h --jwt-secret-file f --jwt-private-key f";
        assert_eq!(parse(both), Err(ErrorKind::ArgumentConflict));
        assert_eq!(parse("make --expires 1h --jwt-secret-file f"), Err(ErrorKind::MissingRequiredArgument));
        assert_eq!(parse("make --user 42 --jwt-secret-file f"), Err(ErrorKind::MissingRequiredArgument));
    }

    #[test]
    fn a_token_is_inspected_from_one_place_and_with_one_key_at_most() {
        for right in ["inspect a.b.c", "inspect -", "inspect --token-file f", "inspect --jwt-public-key f -"] {
            assert_eq!(parse(right), Ok(()), "{right}");
        }
        assert_eq!(parse("inspect"), Err(ErrorKind::MissingRequiredArgument));
        assert_eq!(parse("inspect --token-file f -"), Err(ErrorKind::ArgumentConflict));
        let both = "inspect - --jwt-public-key f --jwt-secret-file f";
        assert_eq!(parse(both), Err(ErrorKind::ArgumentConflict));
    }

    #[test]
    fn a_lifetime_has_a_unit_and_an_end() {
        assert_eq!(lifetime("30days"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(lifetime("1year"), Ok(Duration::from_secs(365 * 86_400)));
        for wrong in ["", "60", "0s", "500ms", "367days", "-1h"] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn info_is_json_as_it_is_written() {
        assert_eq!(json("{ \"a\": 1 }").map(|info| info.get().to_owned()), Ok("{ \"a\": 1 }".to_owned()));
        assert!(json("Anna").unwrap_err().contains("\"name\""));
    }
}
