//! `yodel publish`: one message through a server's HTTP interface.
//!
//! | idea | file |
//! |---|---|
//! | flags | `options` |
//! | what is asked of the server | `request` |
//! | how it is asked | `exchange` |
//! | what goes wrong | `error` |

mod error;
mod exchange;
mod options;
mod request;

use std::io::{self, Write};

use tokio::runtime::Builder;

pub use error::PublishError;
pub use options::Publish;

use request::Request;

/// Publishes a message and prints where it is, or to how many it went.
///
/// # Errors
/// When there is no message, or the server does not take it.
pub fn run(options: &Publish) -> Result<(), PublishError> {
    let request = Request::new(options, &mut io::stdin())?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(PublishError::System)?;
    let answer = runtime.block_on(exchange::exchange(&options.url, options.insecure, request))?;
    writeln!(io::stdout(), "{}", answer.trim_end()).map_err(PublishError::Output)
}
