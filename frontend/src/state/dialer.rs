//! Connecting and disconnecting.

use super::{Auth, Connection, Dispatcher, Layout, Messages, RoomsState};
use crate::{
    model::address::{Speak, Start},
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

    /// Dials the page's own server, or asks the user first when a link names another one.
    pub fn start(&self, asked: Option<&str>) {
        self.rooms.joined().into_iter().for_each(|room| self.dispatcher.dispatch(Event::Join(room)));
        match self.connection.origin.with_value(|origin| origin.start(asked)) {
            Start::Dial(url) => self.dial(url),
            Start::Ask(url) => {
                self.connection.editing.set(Some(url.clone()));
                self.connection.foreign.set(Some(url));
            }
            Start::Unusable(text) => {
                self.connection.state.set(State::Stopped(StopReason::InvalidUrl(UrlError::Syntax)));
                self.connection.editing.set(Some(text));
            }
        }
    }

    /// Connects to a typed address; returns `false` when that is none. Subprotocols were chosen for one server:
    /// another one is offered the default.
    pub fn connect(&self, typed: &str) -> bool {
        let Some(url) = self.connection.resolve(typed) else { return false };
        let plain = self.connection.speak.with_untracked(|speak| *speak == Speak::Plain(Vec::new()));
        if !plain && !self.auth.is_known(&url) {
            self.connection.speak.set(Speak::Fitting);
        }
        self.go(url);
        true
    }

    /// Connects to a typed address and speaks this there; returns `false` when that is no address.
    pub fn connect_as(&self, typed: &str, speak: Speak) -> bool {
        let Some(url) = self.connection.resolve(typed) else { return false };
        self.connection.speak.set(speak);
        self.go(url);
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

    fn go(&self, url: String) {
        let link = self.connection.origin.with_value(|origin| origin.remember(&url));
        location::set_query("url", link.as_deref());
        self.dial(url);
    }

    fn dial(&self, url: String) {
        if url != self.connection.url.get_untracked() {
            self.messages.give_up_waiting();
            self.messages.to.set(None);
        }
        self.auth.set_server(&url);
        self.connection.foreign.set(None);
        self.connection.editing.set(None);
        self.layout.extra.set(None);
        self.connection.url.set(url.clone());
        let mode = self.connection.mode(&url);
        self.connection.mode.set(mode);
        self.dispatcher.dispatch(Event::Connect { url, mode });
    }
}
