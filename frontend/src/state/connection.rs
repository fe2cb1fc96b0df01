//! State, address and mode of the connection.

use crate::{
    model::address::{Origin, ProtocolChoice, is_event_stream},
    platform::{location, storage::StorageArea},
    reactive::{ErasedSignal, ErasedValue},
};
use yodel_client::{
    Mode, State, Target, UrlError,
    target::{server_of, without_secrets},
};

/// Storage name of the choice not to reconnect, until the tab is closed. Its value does not matter.
pub const NO_RECONNECT: &str = "yodel.noReconnect";

/// State, address and mode of the connection.
pub struct Connection {
    /// State of the session.
    pub state: ErasedSignal<State>,
    /// Address of the current or next connection.
    pub url: ErasedSignal<String>,
    /// Address on another server from a link, until the user confirms it.
    pub unconfirmed_url: ErasedSignal<Option<String>>,
    /// Id of the saved connection that the user chose in this tab.
    pub saved_id: ErasedSignal<Option<String>>,
    /// Protocol that the user chose.
    pub protocol: ErasedSignal<ProtocolChoice>,
    /// Mode of the current or next connection.
    pub mode: ErasedSignal<Mode>,
    /// `true` if the session dials again after a lost connection.
    pub reconnects: ErasedSignal<bool>,
    /// Content of the address field while it is open.
    pub editing: ErasedSignal<Option<String>>,
    /// Origin of the page.
    pub(super) origin: ErasedValue<Origin>,
}

impl Connection {
    /// Creates the state of a page from this origin that is not connected.
    pub(super) fn new(origin: Origin) -> &'static Self {
        Box::leak(Box::new(Self {
            state: ErasedSignal::new(State::Idle),
            url: ErasedSignal::new(origin.default_url()),
            unconfirmed_url: ErasedSignal::new(None),
            saved_id: ErasedSignal::new(None),
            protocol: ErasedSignal::default(),
            mode: ErasedSignal::new(Mode::Plain),
            reconnects: ErasedSignal::new(StorageArea::Session.text(NO_RECONNECT).is_none()),
            editing: ErasedSignal::new(None),
            origin: ErasedValue::new(origin),
        }))
    }

    /// Returns the address to dial for a typed text, as the browser's parser reads it.
    ///
    /// # Errors
    /// Returns an error for an invalid address, and for one with a user name or password.
    pub fn resolve(&self, typed: &str) -> Result<String, UrlError> {
        let complete = self.origin.with_value(|origin| origin.complete(typed));
        let url = complete.and_then(|url| location::normalize(&url)).ok_or(UrlError::Syntax)?;
        if server_of(&url).as_bytes().contains(&b'@') { Err(UrlError::Credentials) } else { Ok(url) }
    }

    /// Returns the address without secrets, tracked.
    pub fn public_url(&self) -> String {
        self.url.with(|url| without_secrets(url))
    }

    /// Opens the address field.
    pub fn edit(&self) {
        self.editing.set(Some(self.url.get_untracked()));
    }

    /// Returns the addresses of the page's own server.
    pub fn endpoints(&self) -> [String; 3] {
        self.origin.with_value(Origin::endpoints)
    }

    /// Returns whether an address is on the page's own server.
    pub fn is_own_url(&self, url: &str) -> bool {
        self.origin.with_value(|origin| origin.is_own_url(url))
    }

    /// Returns whether the connection goes to the page's own server, tracked.
    pub fn is_own(&self) -> bool {
        self.origin.with_value(|origin| self.url.with(|url| origin.is_own_url(url)))
    }

    /// Returns the `url` for the page's query that names this connection; `None` for the default address.
    pub fn link(&self) -> Option<String> {
        let link = self.unconfirmed_url.get_untracked().unwrap_or_else(|| self.url.get_untracked());
        self.link_to(&link)
    }

    /// Returns the `url` for the page's query that names an address.
    pub fn link_to(&self, url: &str) -> Option<String> {
        self.origin.with_value(|origin| origin.query_value(url))
    }

    /// Returns whether the address is an event stream, which cannot send, tracked.
    pub fn is_event_stream(&self) -> bool {
        self.url.with(|url| is_event_stream(url))
    }

    /// Returns whether messages are sent without an envelope.
    pub fn is_plain(&self) -> bool {
        self.target(self.url.get_untracked(), None).mode == Mode::Plain
    }

    /// Returns the target of a connection to this address with the chosen protocol.
    pub(super) fn target(&self, url: String, token: Option<String>) -> Target {
        self.protocol.with_untracked(|protocol| self.origin.with_value(|origin| origin.target(url, protocol, token)))
    }
}

/// Returns whether a session is connected or tries to be.
pub fn is_active_state(state: &State) -> bool {
    !matches!(state, State::Idle | State::Closing(_) | State::Stopped(_))
}
