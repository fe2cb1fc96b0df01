//! The identity of the user, per server.

use super::Dispatcher;
use crate::{
    model::{address, well_known::BROADCAST},
    platform::storage::StorageArea,
    reactive::ErasedValue,
};
use std::sync::Arc;
use yodel_client::{Event, Secret};
use yodel_protocol::{UserId, frame::Welcome};

/// Storage name of a remembered token, with the server it is for.
const TOKEN: &str = "yodel.token";

/// The identity of the user, and the welcome frame of the server.
pub struct Auth {
    dispatcher: &'static Dispatcher,
    token: ErasedValue<Option<String>>,
    /// The server of the token.
    server: ErasedValue<String>,
    user: ErasedValue<Option<UserId>>,
    welcome: ErasedValue<Option<Arc<Welcome>>>,
}

impl Auth {
    /// Creates the state of a page without a token.
    pub(super) fn new(dispatcher: &'static Dispatcher) -> &'static Self {
        Box::leak(Box::new(Self {
            dispatcher,
            token: ErasedValue::new(None),
            server: ErasedValue::new(String::new()),
            user: ErasedValue::new(None),
            welcome: ErasedValue::new(None),
        }))
    }

    /// Authenticates with a token, now and whenever this server requests one; `None` forgets the token. It is kept in
    /// memory only.
    pub fn log_in(&self, token: Option<String>) {
        self.token.set_value(token);
        self.send_token();
    }

    /// Returns the current token.
    pub fn token(&self) -> Option<String> {
        self.token.get_value()
    }

    /// Returns the user of the last connection, as the server named it.
    pub fn user(&self) -> Option<UserId> {
        self.user.get_value()
    }

    /// Returns the welcome frame of the last connection.
    pub fn welcome(&self) -> Option<Arc<Welcome>> {
        self.welcome.get_value()
    }

    /// Returns whether the server publishes plain messages in the lobby.
    pub fn is_broadcast(&self) -> bool {
        self.welcome().is_some_and(|welcome| welcome.plain == BROADCAST)
    }

    /// Stores the token of this server for later visits; `None` removes it.
    pub fn remember_token(&self, token: Option<&str>) {
        let stored = token.map(|token| vec![self.server.get_value(), token.to_owned()]);
        StorageArea::Local.save(TOKEN, &stored.unwrap_or_default());
    }

    /// Returns the stored token of this address.
    pub fn remembered_token(url: &str) -> Option<String> {
        match StorageArea::Local.load::<Vec<String>>(TOKEN)?.as_slice() {
            [server, token] if server == address::origin_of(url) => Some(token.clone()),
            _ => None,
        }
    }

    /// Returns the token of this address: the current one, else the stored one.
    pub fn token_for(&self, url: &str) -> Option<String> {
        self.token().filter(|_| self.is_current_server(url)).or_else(|| Self::remembered_token(url))
    }

    /// Returns whether this address is on the server that was dialed last.
    pub(super) fn is_current_server(&self, url: &str) -> bool {
        self.server.with_value(|known| known == address::origin_of(url))
    }

    /// Changes to the server of this address. A token belongs to one server and is never sent to another.
    pub(super) fn set_server(&self, url: &str) {
        if self.is_current_server(url) {
            return;
        }
        self.server.set_value(address::origin_of(url).to_owned());
        let token = Self::remembered_token(url);
        if token != self.token.get_value() {
            self.log_in(token);
        }
    }

    /// Passes the token to the session.
    pub(super) fn send_token(&self) {
        self.dispatcher.dispatch(Event::Token(self.token.get_value().map(Secret::new)));
    }

    /// Takes over the welcome frame of a new connection.
    pub(super) fn set_welcome(&self, welcome: &Welcome) {
        self.user.set_value(welcome.user.clone());
        self.welcome.set_value(Some(Arc::new(welcome.clone())));
    }

    /// Takes over the user that the server authenticated.
    pub(super) fn set_user(&self, user: Option<UserId>) {
        self.user.set_value(user);
    }
}
