//! Connecting and disconnecting.

use super::{Auth, Connection, Dispatcher, Layout, Messages, RoomsState, connection::NO_RECONNECT};
use crate::{
    model::address::ProtocolChoice,
    platform::{location, storage::StorageArea},
};
use yodel_client::{
    Event, State, StopReason, UrlError,
    target::{server_of, without_secrets},
};

/// Opens and closes connections.
pub struct Dialer {
    auth: &'static Auth,
    connection: &'static Connection,
    dispatcher: &'static Dispatcher,
    layout: &'static Layout,
    messages: &'static Messages,
    rooms: &'static RoomsState,
}

impl Dialer {
    /// Creates a dialer that changes these parts of the state.
    pub(super) fn new(
        auth: &'static Auth,
        connection: &'static Connection,
        dispatcher: &'static Dispatcher,
        layout: &'static Layout,
        messages: &'static Messages,
        rooms: &'static RoomsState,
    ) -> &'static Self {
        Box::leak(Box::new(Self { auth, connection, dispatcher, layout, messages, rooms }))
    }

    /// Dials the page's own server, or asks the user first when a link names another server. Secrets in the link are
    /// removed from the page's address.
    pub fn start(&self, requested: Option<&str>) {
        let Some(requested) = requested.filter(|requested| !requested.trim().is_empty()) else {
            return self.connect_again();
        };
        match self.connection.resolve(requested) {
            Ok(url) if self.connection.is_own_url(&url) => self.connect_to(url),
            Ok(url) => {
                self.set_link(&url);
                self.connection.editing.set(Some(url.clone()));
                self.connection.unconfirmed_url.set(Some(url));
            }
            Err(error) => {
                let link = (error != UrlError::Credentials).then(|| without_secrets(requested));
                location::set_query("url", link.as_deref());
                self.connection.state.set(State::Stopped(StopReason::InvalidUrl(error)));
                self.connection.editing.set(Some(requested.to_owned()));
            }
        }
    }

    /// Connects to a typed address. Subprotocols belong to one server: on another one the choice returns to automatic.
    ///
    /// # Errors
    /// Returns an error for an address that cannot be dialed.
    pub fn connect(&self, typed: &str) -> Result<(), UrlError> {
        let url = self.connection.resolve(typed)?;
        let plain = self.connection.protocol.with_untracked(|protocol| *protocol == ProtocolChoice::Plain(Vec::new()));
        if !plain && self.connection.url.with_untracked(|current| server_of(current) != server_of(&url)) {
            self.connection.protocol.set(ProtocolChoice::Automatic);
        }
        self.connect_to(url);
        Ok(())
    }

    /// Connects to an address that was [resolved](Connection::resolve), with this protocol.
    pub fn connect_with(&self, url: String, protocol: ProtocolChoice) {
        self.connection.protocol.set(protocol);
        self.connect_to(url);
    }

    /// Connects to the address in the status line.
    pub fn connect_again(&self) {
        self.dial(self.connection.url.get_untracked());
    }

    /// Closes the connection and does not dial again.
    pub fn disconnect(&self) {
        self.dispatcher.dispatch(Event::disconnect());
    }

    /// Closes the connection with this code and reason, and does not dial again.
    pub fn close(&self, code: u16, reason: String) {
        self.dispatcher.dispatch(Event::Disconnect { code, reason });
    }

    /// Enables or disables automatic reconnects, until the tab is closed.
    pub fn set_reconnect(&self, enabled: bool) {
        self.connection.reconnects.set(enabled);
        if enabled {
            StorageArea::Session.remove(NO_RECONNECT);
        } else {
            // Without room in the storage the choice ends with a reload.
            let _ = StorageArea::Session.set_text(NO_RECONNECT, "1");
        }
        self.dispatcher.dispatch(Event::SetReconnect(enabled));
    }

    /// Dials at once instead of waiting for the backoff.
    pub fn retry_now(&self) {
        self.dispatcher.dispatch(Event::RetryNow);
    }

    fn connect_to(&self, url: String) {
        self.set_link(&url);
        self.dial(url);
    }

    /// Puts an address into the page's own, for reloads and links.
    fn set_link(&self, url: &str) {
        let link = self.connection.origin.with_value(|origin| origin.query_value(url));
        location::set_query("url", link.as_deref());
    }

    fn dial(&self, url: String) {
        if url != self.connection.url.get_untracked() {
            self.messages.fail_waiting();
            self.messages.recipient.set(None);
        }
        let is_new_server = self.rooms.set_server(&url);
        self.connection.unconfirmed_url.set(None);
        self.connection.editing.set(None);
        self.layout.overlay.set(None);
        self.connection.url.set(url.clone());
        let token = self.auth.token_for(&url);
        let target = self.connection.target(url, token);
        self.connection.mode.set(target.mode);
        self.dispatcher.dispatch(Event::Connect { target });
        if is_new_server {
            self.rooms.join_again();
        }
    }
}
