//! Messages of the user.

use super::{Connection, Dispatcher, Language, ListState, LogState};
use crate::{
    model::{
        Destination,
        log::{Body, EntryId, Log},
        well_known::{BINARY, LOBBY},
    },
    platform::{encoding, time::now_ms},
    reactive::ErasedSignal,
};
use leptos::prelude::untrack;
use std::sync::Arc;
use yodel_client::{Event, MessageId, Mode};
use yodel_protocol::{EventName, Json, RoomName, Verb, frame::Publish};

/// Messages of the user, and their recipient.
pub struct Messages {
    connection: &'static Connection,
    dispatcher: &'static Dispatcher,
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    /// Recipient of the next message; `None` is the default of the server's path.
    pub recipient: ErasedSignal<Option<Destination>>,
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
        let recipient = ErasedSignal::new(None);
        Box::leak(Box::new(Self { connection, dispatcher, language, list, log, recipient }))
    }

    /// Sends a message, or queues it until there is a connection; returns `false` when the queue is full.
    pub fn send(&self, text: &str) -> bool {
        self.send_to(untrack(|| self.destination()), text)
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
        let sent = match self.log.entry(id).map(|entry| entry.body) {
            Some(Body::Sent { text, to, .. }) => self.send_to(to, &text),
            Some(Body::SentBinary { bytes, .. }) => self.send_binary(bytes),
            _ => return,
        };
        if sent {
            self.delete(id);
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
        let Some(MessageId(id)) = self.log.update(add) else { return false };
        self.dispatch(EntryId(id));
        let is_queued = self.log.entry(EntryId(id)).is_some();
        if is_queued {
            self.list.follow.set(true);
            self.list.unseen_from.set(None);
        }
        self.log.touch();
        is_queued
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
    let (room, event) = (RoomName::new(LOBBY).ok()?, EventName::new(BINARY).ok()?);
    let data = Json::string(&encoding::encode(bytes));
    Some(Verb::Publish(Publish { room, event, data, key: None, echo: true }))
}
