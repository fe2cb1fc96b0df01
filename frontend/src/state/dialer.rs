//! Connecting and disconnecting.

use super::{Auth, Connection, Dispatcher, Layout, Messages, RoomsState};
use crate::{
    model::address::{ProtocolChoice, StartAction},
    platform::location,
};
use yodel_client::{Event, State, StopReason, UrlError};

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

    /// Dials the page's own server, or asks the user first when a link names another server.
    pub fn start(&self, requested: Option<&str>) {
        self.rooms.joined().into_iter().for_each(|room| self.dispatcher.dispatch(Event::Join(room)));
        match self.connection.origin.with_value(|origin| origin.start(requested)) {
            StartAction::Dial(url) => self.dial(url),
            StartAction::Confirm(url) => {
                self.connection.editing.set(Some(url.clone()));
                self.connection.unconfirmed_url.set(Some(url));
            }
            StartAction::Invalid(text) => {
                self.connection.state.set(State::Stopped(StopReason::InvalidUrl(UrlError::Syntax)));
                self.connection.editing.set(Some(text));
            }
        }
    }

    /// Connects to a typed address; returns `false` for an invalid one. Subprotocols belong to one server: on another
    /// one the choice returns to automatic.
    pub fn connect(&self, typed: &str) -> bool {
        let Some(url) = self.connection.resolve(typed) else { return false };
        let plain = self.connection.protocol.with_untracked(|protocol| *protocol == ProtocolChoice::Plain(Vec::new()));
        if !plain && !self.auth.is_current_server(&url) {
            self.connection.protocol.set(ProtocolChoice::Automatic);
        }
        self.connect_to(url);
        true
    }

    /// Connects to a typed address with this protocol; returns `false` for an invalid address.
    pub fn connect_with(&self, typed: &str, protocol: ProtocolChoice) -> bool {
        let Some(url) = self.connection.resolve(typed) else { return false };
        self.connection.protocol.set(protocol);
        self.connect_to(url);
        true
    }

    /// Connects to the address in the status line.
    pub fn connect_again(&self) {
        self.dial(self.connection.url.get_untracked());
    }

    /// Closes the connection and does not dial again.
    pub fn disconnect(&self) {
        self.dispatcher.dispatch(Event::Disconnect);
    }

    /// Dials at once instead of waiting for the backoff.
    pub fn retry_now(&self) {
        self.dispatcher.dispatch(Event::RetryNow);
    }

    fn connect_to(&self, url: String) {
        let link = self.connection.origin.with_value(|origin| origin.query_value(&url));
        location::set_query("url", link.as_deref());
        self.dial(url);
    }

    fn dial(&self, url: String) {
        if url != self.connection.url.get_untracked() {
            self.messages.fail_waiting();
            self.messages.recipient.set(None);
        }
        self.auth.set_server(&url);
        self.connection.unconfirmed_url.set(None);
        self.connection.editing.set(None);
        self.layout.overlay.set(None);
        self.connection.url.set(url.clone());
        let mode = self.connection.mode(&url);
        self.connection.mode.set(mode);
        self.dispatcher.dispatch(Event::Connect { url, mode });
    }
}
