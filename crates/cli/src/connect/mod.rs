//! `yodel connect`: a WebSocket client for terminals and scripts, which comes back by itself.
//!
//! | idea | file |
//! |---|---|
//! | flags, defaults, units | `options`; what they mean for a dial: `plan` |
//! | from the beginning to the end | `talk`; what that depends on: `tally` |
//! | what the session wants is done | `driver`; one socket: `wire`, `writer` |
//! | what is typed | `input` from a `source`, `editor`, `command`, `voice`; on a `terminal` |
//! | what is printed | `news` in `words` or `json`: each a `line` for the `printer` |
//! | why it ends with an error | `error` |

mod command;
mod driver;
mod editor;
mod error;
mod input;
mod json;
mod line;
mod news;
mod options;
mod plan;
mod printer;
mod source;
mod talk;
mod tally;
mod terminal;
mod voice;
mod wire;
mod words;
mod writer;

use tokio::runtime::Builder;

pub use error::ConnectError;
pub use options::Connect;

/// Talks with a server until the input ends, somebody ends it, or the server does.
///
/// # Errors
/// When the server does not want this client, when something did not arrive, or when it cannot start.
pub fn run(options: &Connect) -> Result<(), ConnectError> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(ConnectError::System)?;
    let result = runtime.block_on(talk::run(options));
    // A thread that waits for a line would be waited for.
    runtime.shutdown_background();
    result
}
