//! `yodel connect`: a WebSocket client for terminals and scripts that reconnects.
//!
//! | concern | module |
//! |---|---|
//! | flags, defaults, units | `options`; the configuration of a dial: `dial_config` |
//! | from the first dial to the exit status | `session_loop`; the exit status: `session_end`, from the `status` |
//! | effects of the session | `driver`, `system_rng`, `wall_clock`; one socket: `socket`, `writer`, `pong` |
//! | received messages that a check waits for | `expectations`, each an `expectation`, which may have a `json_path` |
//! | reconnects | their limit `retry_limit`; the wait for the next one `retry_wait` |
//! | responses after the end of the input | `response_wait` |
//! | input | `input` from a `source` or the `editor`; `command`, `pending_commands`, `joined_rooms`; the `terminal` |
//! | output | `output_event` as `text_output` or `json_output`: each a `line` for the `printer` |
//! | errors, failures in words | `error`, `failure_text` |

mod command;
mod dial_config;
mod driver;
mod editor;
mod error;
mod expectation;
mod expectations;
mod failure_text;
mod input;
mod joined_rooms;
mod json_output;
mod json_path;
mod line;
mod options;
mod output_event;
mod pending_commands;
mod pong;
mod printer;
mod response_wait;
mod retry_limit;
mod retry_wait;
mod session_end;
mod session_loop;
mod socket;
mod source;
mod status;
mod system_rng;
mod terminal;
mod text_output;
mod wall_clock;
mod writer;

use tokio::runtime::Builder;

pub use error::ConnectError;
pub use options::ConnectFlags;

/// Runs a session until the input ends, the user ends it, or the server closes it.
///
/// # Errors
/// Returns an error if the server rejects this client or a room, if the connection was lost and not restored, if a
/// message was not delivered or not printed, if a message of --expect did not arrive, or if the runtime or a signal
/// handler cannot be created.
pub fn run(options: &ConnectFlags) -> Result<(), ConnectError> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(ConnectError::System)?;
    let result = runtime.block_on(session_loop::run(options));
    // Dropping the runtime would wait for the thread that reads a line.
    runtime.shutdown_background();
    result
}
