//! `yodel token`: makes tokens to try a server with, and says what is in one.
//!
//! | idea | file |
//! |---|---|
//! | flags | `options`, those of a room: `room` |
//! | a token is made | `make` |
//! | a token is taken apart and judged | `inspect`, a time in it: `moment` |
//! | a secret for both | `secret` |
//! | what goes wrong | `error` |

mod error;
mod inspect;
mod make;
mod moment;
mod options;
mod room;
mod secret;
#[cfg(test)]
mod testdata;

use std::io::{self, Write};

use jiff::tz::TimeZone;

use yodel_server::auth;

pub use error::TokenError;
pub use options::Token;

/// Does what was asked and prints it.
///
/// # Errors
/// When a file cannot be read, a token cannot be made, or one that was inspected is not accepted.
pub fn run(token: &Token) -> Result<(), TokenError> {
    let now = auth::now();
    let (text, verdict) = match token {
        Token::Make(options) => (make::token(options, now)? + "\n", Ok(())),
        Token::Inspect(options) => {
            let report = inspect::report(options, &mut io::stdin(), now, &TimeZone::system())?;
            (report.text, report.verdict)
        }
        Token::Secret => (secret::secret()? + "\n", Ok(())),
    };
    io::stdout().write_all(text.as_bytes()).map_err(TokenError::Output)?;
    verdict
}
