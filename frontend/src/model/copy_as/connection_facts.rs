//! The connection, without secrets.

use yodel_client::{Mode, target::without_secrets};
use yodel_protocol::{PLAIN_SUBPROTOCOL, SUBPROTOCOL};

/// Properties of a connection that a snippet repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// The address, without secrets.
    pub url: String,
    /// `true` if the address has secrets, which are not part of `url`.
    pub has_secrets: bool,
    /// The mode, which selects frames and subprotocols.
    pub mode: Mode,
    /// `true` if the handshake contains a token. A snippet contains a placeholder.
    pub has_token: bool,
    /// `true` if the server publishes messages without a recipient in the lobby.
    pub has_lobby: bool,
    /// The subprotocols of the user; not used in envelope mode.
    pub subprotocols: Vec<String>,
}

impl ConnectionFacts {
    /// Creates the facts of a connection to this address, without a token and without a lobby.
    pub fn new(url: &str, mode: Mode, subprotocols: Vec<String>) -> Self {
        let public = without_secrets(url);
        Self { has_secrets: public != url, url: public, mode, has_token: false, has_lobby: false, subprotocols }
    }

    /// Returns whether messages have no envelope.
    pub(super) fn is_plain(&self) -> bool {
        self.mode == Mode::Plain
    }

    /// Returns the subprotocols to offer, without a token.
    pub(super) fn offered(&self) -> Vec<&str> {
        if self.is_plain() { self.subprotocols.iter().map(String::as_str).collect() } else { vec![SUBPROTOCOL] }
    }

    /// Returns the subprotocols that a page offers beside its token, one of which the server must select.
    pub(super) fn offered_by_a_page(&self) -> Vec<&str> {
        let mut offered = self.offered();
        if self.is_plain() && self.has_token && !offered.contains(&PLAIN_SUBPROTOCOL) {
            offered.push(PLAIN_SUBPROTOCOL);
        }
        offered
    }
}
