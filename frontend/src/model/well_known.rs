//! Names that have a meaning to every Yodel server.

pub use yodel_client::session::LOBBY;

/// Event of a text message of a plain client.
pub const TEXT: &str = "text";
/// Event of a binary message of a plain client; its data is base64.
pub const BINARY: &str = "binary";
/// Value of `Welcome::plain` of a server that publishes plain messages in the lobby.
pub const BROADCAST: &str = "broadcast";
/// Name of the events of an event stream that have none (HTML standard, section 9.2.6).
pub const MESSAGE: &str = "message";
