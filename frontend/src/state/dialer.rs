//! Connecting and disconnecting.

use super::{Auth, Connection, Dispatcher, Layout, Messages, RoomsState, connection::NO_RECONNECT};
use crate::{
    model::{TabRecord, address::ProtocolChoice, connections::ChosenConnection},
    platform::{location, storage::StorageArea},
    reactive::ErasedValue,
};
use yodel_client::{
    Event, State, StopReason, UrlError,
    target::{server_of, without_secrets},
};

/// Start of the storage names of the saved connections that the user chose, one per connection of the page.
pub(super) const CHOSEN: &str = "yodel.chosen";
/// Name in the page's query of the id of a saved connection.
const LINK: &str = "connection";

/// Opens and closes connections.
pub struct Dialer {
    auth: &'static Auth,
    connection: &'static Connection,
    dispatcher: &'static Dispatcher,
    layout: &'static Layout,
    messages: &'static Messages,
    rooms: &'static RoomsState,
    /// Saved connection on another server from a link, until the user confirms its URL.
    unconfirmed: ErasedValue<Option<ChosenConnection>>,
    /// Storage name of the saved connection that the user chose.
    chosen: String,
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
        suffix: &str,
    ) -> &'static Self {
        let (unconfirmed, chosen) = (ErasedValue::new(None), [CHOSEN, suffix].concat());
        Box::leak(Box::new(Self { auth, connection, dispatcher, layout, messages, rooms, unconfirmed, chosen }))
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

    /// Connects to the saved connection in the page's address. One that the user chose in this tab is dialed, as before
    /// the reload. For any other one it opens Tools, which has the list, and [asks](Self::ask_saved). Returns `false` if
    /// the address names none.
    pub fn start_saved(&self) -> bool {
        let Some(id) = Self::linked_id() else { return false };
        let chosen = self.chosen();
        if chosen.id() == id {
            self.connect_saved(&chosen);
        } else {
            self.layout.tools.set(true);
        }
        true
    }

    /// Returns the id of a saved connection in the page's address.
    pub fn linked_id() -> Option<String> {
        location::query(LINK).filter(|id| !id.is_empty())
    }

    /// Connects to a saved connection. The page's address names it from now on, and a reload in this tab returns to it.
    pub fn connect_saved(&self, chosen: &ChosenConnection) {
        self.choose(chosen);
        if let Some(token) = chosen.token() {
            self.auth.use_token(chosen.url(), token);
        }
        self.connection.protocol.set(chosen.protocol());
        self.dial(chosen.url().to_owned());
    }

    /// Makes a saved connection the one that a reload returns to, without dialing it.
    pub fn choose(&self, chosen: &ChosenConnection) {
        StorageArea::Session.save_texts(&self.chosen, &chosen.0);
        self.connection.saved_id.set(Some(chosen.id().to_owned()));
        self.show_link();
    }

    /// Asks the user before connecting to a saved connection from a link.
    pub fn ask_saved(&self, chosen: ChosenConnection) {
        self.connection.editing.set(Some(chosen.url().to_owned()));
        self.connection.unconfirmed_url.set(Some(chosen.url().to_owned()));
        self.unconfirmed.set_value(Some(chosen));
    }

    /// Forgets the choice of a saved connection. The connection stays open.
    pub fn leave_saved(&self) {
        self.leave(&self.connection.url.get_untracked());
    }

    /// Restores a connection from before a reload. It is dialed if it was; otherwise its address can be edited.
    pub fn resume(&self, record: TabRecord) {
        let chosen = self.chosen();
        if chosen.url() == record.url {
            self.connection.saved_id.set(Some(chosen.id().to_owned()));
            if let Some(token) = chosen.token() {
                self.auth.use_token(chosen.url(), token);
            }
        }
        self.connection.protocol.set(record.protocol);
        self.connection.url.set(record.url);
        if record.is_dialed { self.connect_again() } else { self.connection.edit() }
    }

    /// Connects to a typed address. Subprotocols belong to one server: on another one the choice returns to automatic.
    ///
    /// # Errors
    /// Returns an error for an address that cannot be dialed.
    pub fn connect(&self, typed: &str) -> Result<(), UrlError> {
        let url = self.connection.resolve(typed)?;
        let unconfirmed = self.unconfirmed.try_update_value(Option::take).flatten();
        if let Some(saved) = unconfirmed.filter(|saved| saved.url() == url) {
            self.connect_saved(&saved);
            return Ok(());
        }
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

    /// Dials an address. It leaves the saved connection, unless it is the same address.
    fn connect_to(&self, url: String) {
        let is_same = self.connection.url.with_untracked(|current| *current == url);
        if !is_same || self.connection.saved_id.with_untracked(Option::is_none) {
            self.leave(&url);
        }
        self.dial(url);
    }

    /// Forgets the saved connection, for this address.
    fn leave(&self, url: &str) {
        self.connection.saved_id.set(None);
        StorageArea::Session.remove(&self.chosen);
        self.set_link(url);
    }

    /// Returns the saved connection that the user chose before the reload, or an empty one.
    fn chosen(&self) -> ChosenConnection {
        ChosenConnection(StorageArea::Session.load_texts(&self.chosen))
    }

    /// Puts the saved connection, or else the address, into the page's own address, for reloads and links.
    pub(super) fn show_link(&self) {
        let saved = self.connection.saved_id.get_untracked();
        let url = if saved.is_some() { None } else { self.connection.link() };
        for (name, value) in [(LINK, saved), ("url", url)] {
            if location::query(name) != value {
                location::set_query(name, value.as_deref());
            }
        }
    }

    /// Puts an address into the page's own, for reloads and links.
    fn set_link(&self, url: &str) {
        location::set_query(LINK, None);
        let link = self.connection.link_to(url);
        location::set_query("url", link.as_deref());
    }

    fn dial(&self, url: String) {
        if url != self.connection.url.get_untracked() {
            self.messages.fail_waiting();
            self.messages.recipient.set(None);
        }
        let is_new_server = self.rooms.set_server(&url);
        self.connection.unconfirmed_url.set(None);
        self.unconfirmed.set_value(None);
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
