//! `yodel publish`: publishes one message through a server's HTTP API.
//!
//! | concern | module |
//! |---|---|
//! | flags | `options` |
//! | the request | `request` |
//! | sending it | `exchange`; a server that uses TLS: `tls_detector` |
//! | errors | `error` |

mod error;
mod exchange;
mod options;
mod request;
mod tls_detector;

use std::io::{self, Write};

use tokio::runtime::Builder;

pub use error::PublishError;
pub use options::PublishFlags;

use request::PublishRequest;

/// Publishes a message and writes the server's response to standard output.
///
/// # Errors
/// Returns an error if the message is invalid, or if the server cannot be reached or rejects it.
pub fn run(options: &PublishFlags) -> Result<(), PublishError> {
    let request = PublishRequest::new(options, &mut io::stdin())?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(PublishError::System)?;
    let response = runtime.block_on(exchange::exchange(&options.url, &options.tls, request))?;
    writeln!(io::stdout(), "{}", response.trim_end()).map_err(PublishError::Output)
}
