//! `yodel token`: creates and inspects tokens.
//!
//! | concern | module |
//! |---|---|
//! | flags | `options`; the value of --room: `room_permission` |
//! | creating a token | `make` |
//! | inspecting a token | `inspect`; its times: `timestamp` |
//! | creating a secret | `secret` |
//! | errors | `error` |

mod error;
mod inspect;
mod make;
mod options;
mod room_permission;
mod secret;
#[cfg(test)]
mod testdata;
mod timestamp;

use std::io::{self, Write};

use jiff::tz::TimeZone;

use yodel_server::auth;

pub use error::TokenError;
use options::SecretFlags;

pub use options::TokenCommand;

/// Runs a subcommand and writes its result to standard output.
///
/// # Errors
/// Returns an error if a file cannot be read, if a token cannot be created, or if an inspected token is not valid.
pub fn run(token: &TokenCommand) -> Result<(), TokenError> {
    let now = auth::now();
    let (text, verdict) = match token {
        TokenCommand::Make(options) => (make::token(options, now)? + "\n", Ok(())),
        TokenCommand::Inspect(options) => {
            let report = inspect::report(options, &mut io::stdin(), now, &TimeZone::system())?;
            (report.text, report.verdict)
        }
        TokenCommand::Secret(SecretFlags { output: Some(file) }) => {
            return secret::write(&secret::secret()?, file);
        }
        TokenCommand::Secret(SecretFlags { output: None }) => (secret::secret()? + "\n", Ok(())),
    };
    io::stdout().write_all(text.as_bytes()).map_err(TokenError::Output)?;
    verdict
}
