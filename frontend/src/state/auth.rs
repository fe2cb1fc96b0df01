//! The identity of the user, per server.

use crate::{model::ServerTokens, model::well_known::BROADCAST, platform::storage::StorageArea, reactive::ErasedValue};
use std::sync::Arc;
use yodel_client::target::server_of;
use yodel_protocol::{UserId, frame::Welcome};

/// Storage name of the remembered tokens.
const TOKENS: &str = "yodel.token";

/// The tokens of the user, and the welcome frame of the server.
pub struct Auth {
    /// The tokens that were entered since the page was loaded, kept in memory only.
    tokens: ErasedValue<ServerTokens>,
    user: ErasedValue<Option<UserId>>,
    welcome: ErasedValue<Option<Arc<Welcome>>>,
}

impl Auth {
    /// Creates the state of a connection with the tokens that were entered.
    pub(super) fn new(tokens: ErasedValue<ServerTokens>) -> &'static Self {
        Box::leak(Box::new(Self { tokens, user: ErasedValue::new(None), welcome: ErasedValue::new(None) }))
    }

    /// Sets the token of an address's server for the next connections; `None` forgets it. If `remember` is `true` it
    /// is stored for later visits.
    pub fn set_token(&self, url: &str, token: Option<&str>, remember: bool) {
        self.tokens.update_value(|tokens| tokens.set(server_of(url), token));
        // Another tab may have stored other tokens in the meantime.
        let mut stored = stored_tokens();
        stored.set(server_of(url), token.filter(|_| remember));
        StorageArea::Local.save_texts(TOKENS, &stored.0);
    }

    /// Sets the token of an address's server for the next connections of this page. The stored one stays.
    pub fn use_token(&self, url: &str, token: &str) {
        self.tokens.update_value(|tokens| tokens.set(server_of(url), Some(token)));
    }

    /// Returns the token of an address's server: the current one, else the stored one.
    pub fn token_for(&self, url: &str) -> Option<String> {
        let current = self.tokens.with_value(|tokens| tokens.get(server_of(url)));
        current.or_else(|| Self::remembered_token(url))
    }

    /// Returns the stored token of an address's server.
    pub fn remembered_token(url: &str) -> Option<String> {
        stored_tokens().get(server_of(url))
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

fn stored_tokens() -> ServerTokens {
    ServerTokens(StorageArea::Local.load_texts(TOKENS))
}
