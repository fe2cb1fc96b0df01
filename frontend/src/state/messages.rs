//! Messages of the user.

use super::{Connection, Dispatcher, ListState, LogState, RoomsState};
use crate::{
    model::{
        Destination,
        log::{EntryId, Log},
    },
    platform::time::now_ms,
    reactive::ErasedSignal,
};
use leptos::prelude::untrack;
use yodel_client::{Event, MessageId, Mode};
use yodel_protocol::Verb;

/// Messages of the user, and their recipient.
pub struct Messages {
    connection: &'static Connection,
    dispatcher: &'static Dispatcher,
    list: &'static ListState,
    log: &'static LogState,
    rooms: &'static RoomsState,
    /// Recipient of the next message; `None` is the default of the server's path.
    pub recipient: ErasedSignal<Option<Destination>>,
}

impl Messages {
    /// Creates the state without a recipient.
    pub(super) fn new(
        connection: &'static Connection,
        dispatcher: &'static Dispatcher,
        list: &'static ListState,
        log: &'static LogState,
        rooms: &'static RoomsState,
    ) -> &'static Self {
        let recipient = ErasedSignal::new(None);
        Box::leak(Box::new(Self { connection, dispatcher, list, log, rooms, recipient }))
    }

    /// Sends a message, or queues it until there is a connection; returns `false` when the queue is full.
    pub fn send(&self, text: &str) -> bool {
        self.send_to(untrack(|| self.destination()), text)
    }

    /// Returns the recipient of the next message, tracked. A plain connection has none.
    pub fn destination(&self) -> Option<Destination> {
        self.recipient.get().filter(|_| self.connection.mode.get() != Mode::Plain)
    }

    /// Sends bytes over an open plain connection; returns `false` without one. `label` is the text of the log entry.
    pub fn send_binary(&self, bytes: &[u8], label: &str) -> bool {
        let sent = self.dispatcher.send_binary(bytes);
        if sent {
            self.log.change(|log| log.add_sent_binary(now_ms(), label, bytes.len()));
        }
        sent
    }

    /// Sends a request as a message; `label` is the text of the log entry.
    pub fn send_verb(&self, verb: Verb, label: &str) {
        if let Some(id) = self.log.update(|log| log.add_outgoing(now_ms(), label, None)) {
            self.rooms.send_request(id, verb);
            self.log.touch();
        }
    }

    /// Sends a failed message again, as a new one.
    pub fn send_again(&self, id: EntryId, text: &str) {
        let to = self.log.peek(|log| log.entries.get(id).and_then(|entry| entry.destination().cloned()));
        if self.send_to(to, text) {
            self.delete(id);
        }
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
        let Some(id) = self.log.update(|log| log.add_outgoing(now_ms(), text, to.clone())) else { return false };
        self.dispatcher.dispatch(match to {
            None => Event::Send { id, text: text.to_owned() },
            Some(to) => Event::Request { id, verb: to.verb(text) },
        });
        let is_queued = self.log.entry(EntryId(id.0)).is_some();
        if is_queued {
            self.list.follow.set(true);
            self.list.unseen_from.set(None);
        }
        self.log.touch();
        is_queued
    }
}
