//! Who a person is, and for which server.

use super::Store;
use crate::{model::address, platform::browser::Keep};
use std::sync::Arc;
use yodel_client::{Event, Secret};
use yodel_protocol::{UserId, frame::Welcome};

/// Where a token is stored that a person wants to be remembered, with the server it is for.
const TOKEN: &str = "yodel.token";

impl Store {
    /// Says who one is, now and whenever this server asks; `None` forgets it. It is kept in memory alone.
    pub fn log_in(self, token: Option<String>) {
        self.token.set_value(token);
        self.give_token();
    }

    /// The token that was given.
    pub fn token(self) -> Option<String> {
        self.token.get_value()
    }

    /// Who one is on the last connection, as far as the server knows.
    pub fn user(self) -> Option<UserId> {
        self.user.get_value()
    }

    /// What the server said of itself on the last connection.
    pub fn welcome(self) -> Option<Arc<Welcome>> {
        self.welcome.get_value()
    }

    /// Keeps the token of this server for the next visits too; `None` forgets it.
    pub fn remember_token(self, token: Option<&str>) {
        Keep::Always.save(TOKEN, &token.map(|token| (self.server.get_value(), token)));
    }

    /// The token that is kept for this address.
    pub fn remembered_token(url: &str) -> Option<String> {
        let kept = Keep::Always.load::<Option<(String, String)>>(TOKEN).flatten();
        kept.filter(|(server, _)| server == address::server(url)).map(|(_, token)| token)
    }

    /// The token for this address: the one that was given, or the one that is kept.
    pub fn token_for(self, url: &str) -> Option<String> {
        self.token().filter(|_| self.is_known(url)).or_else(|| Self::remembered_token(url))
    }

    /// Whether this address is of the server that was dialled last.
    pub(super) fn is_known(self, url: &str) -> bool {
        self.server.with_value(|known| known == address::server(url))
    }

    /// A token is for one server: another one never gets it.
    pub(super) fn introduce(self, url: &str) {
        if self.is_known(url) {
            return;
        }
        self.server.set_value(address::server(url).to_owned());
        let token = Self::remembered_token(url);
        if token != self.token.get_value() {
            self.log_in(token);
        }
    }

    pub(super) fn give_token(self) {
        self.act(Event::Token(self.token.get_value().map(Secret::new)));
    }
}
