//! Which connection there is to be.

use super::Store;
use crate::{
    model::address::{Origin, Speak, Start},
    model::log::Log,
    platform::browser,
};
use yodel_client::{BadUrl, Event, MessageId, Mode, State, Stopped};

impl Store {
    /// Begins: dials the own server, or asks first when a link names another one.
    pub fn start(self, asked: Option<&str>) {
        self.rooms().into_iter().for_each(|room| self.act(Event::Join(room)));
        match self.origin.with_value(|origin| origin.start(asked)) {
            Start::Dial(url) => self.dial(url),
            Start::Ask(url) => {
                self.editing.set(Some(url.clone()));
                self.foreign.set(Some(url));
            }
            Start::Unusable(text) => {
                self.state.set(State::Stopped(Stopped::BadUrl(BadUrl::Syntax)));
                self.editing.set(Some(text));
            }
        }
    }

    /// What is dialled for what was typed; none when that is no address.
    pub fn resolve(self, typed: &str) -> Option<String> {
        self.origin.with_value(|origin| origin.resolve(typed))
    }

    /// Connects to what was typed; `false` when that is no address. What was chosen to be offered was chosen
    /// for one server: another one is offered what fits.
    pub fn connect(self, typed: &str) -> bool {
        let Some(url) = self.resolve(typed) else { return false };
        let plain = self.speak.with_untracked(|speak| *speak == Speak::Plain(Vec::new()));
        if !plain && !self.is_known(&url) {
            self.speak.set(Speak::Fitting);
        }
        self.go(url);
        true
    }

    /// Connects to what was typed and speaks this there; `false` when that is no address.
    pub fn connect_as(self, typed: &str, speak: Speak) -> bool {
        let Some(url) = self.resolve(typed) else { return false };
        self.speak.set(speak);
        self.go(url);
        true
    }

    fn go(self, url: String) {
        let link = self.origin.with_value(|origin| origin.remember(&url));
        browser::set_query("url", link.as_deref());
        self.dial(url);
    }

    /// Connects to the address in the status line.
    pub fn connect_again(self) {
        self.dial(self.url.get_untracked());
    }

    /// Ends the connection and does not dial again.
    pub fn disconnect(self) {
        self.act(Event::Disconnect);
    }

    /// Dials at once.
    pub fn retry_now(self) {
        self.act(Event::RetryNow);
    }

    /// Opens the address field.
    pub fn edit(self) {
        self.editing.set(Some(self.url.get_untracked()));
    }

    /// Addresses of the page's own server, to choose from.
    pub fn endpoints(self) -> [String; 3] {
        self.origin.with_value(Origin::endpoints)
    }

    /// Whether this is an address of the page's own server.
    pub fn owns(self, url: &str) -> bool {
        self.origin.with_value(|origin| origin.owns(url))
    }

    /// Whether the connection goes to the page's own server.
    pub fn is_own(self) -> bool {
        self.origin.with_value(|origin| self.url.with(|url| origin.owns(url)))
    }

    /// What is spoken with this address.
    pub fn mode(self, url: &str) -> Mode {
        self.origin.with_value(|origin| origin.mode(url, &self.speak.get_untracked()))
    }

    /// Whether messages go as they are, with the address in the status line.
    pub fn is_plain(self) -> bool {
        self.mode(&self.url.get_untracked()) == Mode::Plain
    }

    /// The subprotocol that the server chose; empty when it chose none.
    pub fn subprotocol(self) -> String {
        self.driver().map_or_else(String::new, |drive| drive.subprotocol())
    }

    /// Asks the server how long it takes to answer.
    pub fn take_pulse(self) {
        self.act(Event::TakePulse);
    }

    /// Bytes that the socket has not written yet.
    pub fn buffered(self) -> u64 {
        self.driver().map_or(0, |drive| drive.buffered())
    }

    pub(super) fn dial(self, url: String) {
        if url != self.url.get_untracked() {
            self.give_up_waiting();
            self.to.set(None);
        }
        self.introduce(&url);
        self.foreign.set(None);
        self.editing.set(None);
        self.extra.set(None);
        self.url.set(url.clone());
        let mode = self.mode(&url);
        self.mode.set(mode);
        self.act(Event::Connect { url, mode });
    }

    /// What waits was typed for the address so far: another server must not get it unasked.
    pub(super) fn give_up_waiting(self) {
        let given_up = self.journal.try_update_value(Log::give_up_waiting).unwrap_or_default();
        for row in given_up {
            self.act(Event::Delete(MessageId(row.0)));
        }
        self.touch();
    }
}
