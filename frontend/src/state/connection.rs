//! The connection: its state, its address, its mode.

use crate::{
    model::address::{Origin, Speak},
    reactive::{ErasedSignal, ErasedValue},
};
use yodel_client::{Mode, State};

/// State, address and mode of the connection.
pub struct Connection {
    /// State of the session.
    pub state: ErasedSignal<State>,
    /// Address of the current or next connection.
    pub url: ErasedSignal<String>,
    /// Address on another server that a link asks for; the user decides.
    pub foreign: ErasedSignal<Option<String>>,
    /// What to speak there, as the user chose.
    pub speak: ErasedSignal<Speak>,
    /// What is spoken there.
    pub mode: ErasedSignal<Mode>,
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
            url: ErasedSignal::new(origin.home()),
            foreign: ErasedSignal::new(None),
            speak: ErasedSignal::default(),
            mode: ErasedSignal::new(Mode::Plain),
            editing: ErasedSignal::new(None),
            origin: ErasedValue::new(origin),
        }))
    }

    /// Returns the address to dial for what was typed; `None` when that is no address.
    pub fn resolve(&self, typed: &str) -> Option<String> {
        self.origin.with_value(|origin| origin.resolve(typed))
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
    pub fn owns(&self, url: &str) -> bool {
        self.origin.with_value(|origin| origin.owns(url))
    }

    /// Returns whether the connection goes to the page's own server, tracked.
    pub fn is_own(&self) -> bool {
        self.origin.with_value(|origin| self.url.with(|url| origin.owns(url)))
    }

    /// Returns what is spoken with this address.
    pub fn mode(&self, url: &str) -> Mode {
        self.origin.with_value(|origin| origin.mode(url, &self.speak.get_untracked()))
    }

    /// Returns whether messages go without an envelope.
    pub fn is_plain(&self) -> bool {
        self.mode(&self.url.get_untracked()) == Mode::Plain
    }
}
