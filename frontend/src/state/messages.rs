//! Messages of the user.

use super::{Connection, Dispatcher, Language, ListState, LogState};
use crate::{
    model::{
        Destination, lobby,
        log::{Body, EntryId, Log},
        well_known::BINARY,
    },
    platform::{encoding, storage::StorageArea, time::now_ms},
    reactive::{ElementRef, ErasedSignal, ErasedValue},
};
use leptos::prelude::untrack;
use std::{rc::Rc, sync::Arc};
use yodel_client::{Event, MessageId, Mode};
use yodel_protocol::{Json, Verb};

/// Storage name of the mark that there are variables or rules, for which a new page loads the panels at once.
pub const AUTOMATION: &str = "yodel.automation";

/// Function that replaces the references to variables in a message.
pub type Expander = Rc<dyn Fn(&str) -> String>;

/// Messages of the user, and their recipient.
pub struct Messages {
    connection: &'static Connection,
    dispatcher: &'static Dispatcher,
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    /// Recipient of the next message; `None` is the default of the server's path.
    pub recipient: ErasedSignal<Option<Destination>>,
    /// Set by the panels when they are loaded.
    pub expander: ErasedValue<Option<Expander>>,
    /// The message field. While the connection is not on the screen, that of its last view, which keeps the text.
    pub field: ElementRef,
}

impl Messages {
    /// Creates the state without a recipient.
    pub(super) fn new(
        connection: &'static Connection,
        dispatcher: &'static Dispatcher,
        language: &'static Language,
        list: &'static ListState,
        log: &'static LogState,
    ) -> &'static Self {
        let (recipient, expander, field) = (ErasedSignal::new(None), ErasedValue::new(None), ElementRef::default());
        Box::leak(Box::new(Self { connection, dispatcher, language, list, log, recipient, expander, field }))
    }

    /// Sends a message, or queues it until there is a connection; returns `false` when the queue is full.
    pub fn send(&self, text: &str) -> bool {
        self.send_to(untrack(|| self.destination()), text)
    }

    /// Sends a message like [`send`](Self::send), but leaves the list where the user scrolled to.
    pub fn send_in_background(&self, text: &str) -> bool {
        let to = untrack(|| self.destination());
        self.queue(|log| log.add_outgoing(now_ms(), text, to))
    }

    /// Returns a message whose references to variables are replaced; `None` while the variables are not loaded yet.
    pub fn expand(&self, text: &str) -> Option<String> {
        match self.expander.get_value() {
            Some(expander) => Some(expander(text)),
            None if text.contains("{{") && Self::has_automation() => None,
            None => Some(text.to_owned()),
        }
    }

    /// Returns whether there are stored variables or rules.
    pub fn has_automation() -> bool {
        StorageArea::Local.text(AUTOMATION).is_some()
    }

    /// Returns the recipient of the next message, tracked. A plain connection has none.
    pub fn destination(&self) -> Option<Destination> {
        self.recipient.get().filter(|_| self.connection.mode.get() != Mode::Plain)
    }

    /// Sends a binary message, or queues it until there is a connection; returns `false` when the queue is full. In
    /// envelope mode it goes to the lobby as Base64.
    pub fn send_binary(&self, bytes: Arc<[u8]>) -> bool {
        self.send_new(|log| log.add_outgoing_binary(now_ms(), bytes))
    }

    /// Sends a failed message again, as a new one.
    pub fn send_again(&self, id: EntryId) {
        if self.resend(id) {
            self.delete(id);
        }
    }

    /// Sends a copy of a message of the user, to the same recipient. Returns `false` if the queue is full, or the entry
    /// is no such message.
    pub fn resend(&self, id: EntryId) -> bool {
        match self.log.entry(id).map(|entry| entry.body) {
            Some(Body::Sent { text, to, .. }) => self.send_to(to, &text),
            Some(Body::SentBinary { bytes, .. }) => self.send_binary(bytes),
            _ => false,
        }
    }

    /// Sends the waiting messages of the page before its reload.
    pub fn resume(&self, waiting: &[EntryId]) {
        for id in waiting {
            self.dispatch(*id);
        }
        self.log.touch();
    }

    /// Deletes a message of the user. A waiting message is not sent.
    pub fn delete(&self, id: EntryId) {
        let removed = self.log.update(|Log { entries, filter, .. }| {
            let removed = entries.remove(id);
            filter.remove_deleted(entries);
            removed
        });
        if removed.flatten().is_some_and(|entry| entry.is_waiting()) {
            self.dispatcher.dispatch(Event::Delete(MessageId(id.0)));
        }
        self.log.touch();
    }

    /// Marks the waiting messages as not sent. They were typed for the previous address and must not reach another
    /// server.
    pub(super) fn fail_waiting(&self) {
        for id in self.log.update(Log::fail_waiting).unwrap_or_default() {
            self.dispatcher.dispatch(Event::Delete(MessageId(id.0)));
        }
        self.log.touch();
    }

    fn send_to(&self, to: Option<Destination>, text: &str) -> bool {
        self.send_new(|log| log.add_outgoing(now_ms(), text, to))
    }

    /// Sends the message that `add` appends; returns `false`, and removes it, when the queue is full.
    fn send_new(&self, add: impl FnOnce(&mut Log) -> MessageId) -> bool {
        let is_queued = self.queue(add);
        if is_queued {
            self.list.follow.set(true);
            self.list.unseen_from.set(None);
        }
        is_queued
    }

    fn queue(&self, add: impl FnOnce(&mut Log) -> MessageId) -> bool {
        let Some(MessageId(id)) = self.log.update(add) else { return false };
        self.dispatch(EntryId(id));
        self.log.touch();
        self.log.entry(EntryId(id)).is_some()
    }

    /// Passes the message of an entry to the session, unless the connection cannot send.
    fn dispatch(&self, entry: EntryId) {
        if untrack(|| self.connection.is_event_stream()) {
            let reason = untrack(|| self.language.strings().receive_only);
            return self.log.update(|log| log.reject(entry, reason)).unwrap_or_default();
        }
        let id = MessageId(entry.0);
        let event = match self.log.entry(entry).map(|entry| entry.body) {
            Some(Body::Sent { text, to: None, .. }) => Event::Send { id, text: text.to_string() },
            Some(Body::Sent { text, to: Some(to), .. }) => Event::Request { id, verb: to.verb(&text) },
            Some(Body::SentBinary { bytes, .. }) => {
                let publish = if self.connection.is_plain() { None } else { lobby_publish(&bytes) };
                publish.map_or(Event::SendBinary { id, bytes }, |verb| Event::Request { id, verb })
            }
            _ => return,
        };
        self.dispatcher.dispatch(event);
    }
}

/// Returns the request that publishes bytes in the lobby as Base64.
fn lobby_publish(bytes: &[u8]) -> Option<Verb> {
    lobby::publish(BINARY, Json::string(&encoding::encode(bytes)))
}
