//! What is sent, and to whom.

use super::Store;
use crate::{
    model::{
        Destination,
        log::{EntryId, Log},
    },
    platform::browser,
};
use leptos::prelude::*;
use yodel_client::{Event, MessageId, Mode};
use yodel_protocol::Verb;

impl Store {
    /// Sends a message, or keeps it until there is a connection; `false` when too many wait already.
    pub fn send(self, text: &str) -> bool {
        self.send_to(untrack(|| self.destination()), text)
    }

    /// Where a message goes: over a plain connection there is no choice.
    pub fn destination(self) -> Option<Destination> {
        self.to.get().filter(|_| self.mode.get() != Mode::Plain)
    }

    pub(super) fn send_to(self, to: Option<Destination>, text: &str) -> bool {
        let id = self.journal.try_update_value(|journal| journal.write(browser::now_ms(), text, to.clone()));
        let Some(id) = id else { return false };
        self.act(match to {
            None => Event::Send { id, text: text.to_owned() },
            Some(to) => Event::Request { id, verb: to.verb(text) },
        });
        let taken = self.journal.with_value(|journal| journal.rows.get(EntryId(id.0)).is_some());
        if taken {
            self.follow.set(true);
            self.unseen_from.set(None);
        }
        self.touch();
        taken
    }

    /// Sends bytes over an open plain connection; `false` when there is none. Their row says this text.
    pub fn send_binary(self, bytes: &[u8], shown: &str) -> bool {
        let sent = self.driver().is_some_and(|drive| drive.send_binary(bytes));
        if sent {
            self.journal.update_value(|journal| journal.wrote(browser::now_ms(), shown, bytes.len()));
            self.touch();
        }
        sent
    }

    /// Sends something in an envelope, with a row that says this text.
    pub fn send_verb(self, verb: Verb, shown: &str) {
        let id = self.journal.try_update_value(|journal| journal.write(browser::now_ms(), shown, None));
        if let Some(id) = id {
            self.request(id, verb);
            self.touch();
        }
    }

    /// Sends a message that was given up once more, as a new one.
    pub fn send_again(self, row: EntryId, text: &str) {
        let to = self.journal.with_value(|journal| journal.rows.get(row).and_then(|row| row.destination().cloned()));
        if self.send_to(to, text) {
            self.delete(row);
        }
    }

    /// Takes a message of one's own out; one that waits is not sent.
    pub fn delete(self, row: EntryId) {
        let gone = self.journal.try_update_value(|journal| journal.rows.remove(row)).flatten();
        self.journal.update_value(|Log { rows, shown, .. }| shown.forget(rows));
        if gone.is_some_and(|row| row.is_waiting()) {
            self.act(Event::Delete(MessageId(row.0)));
        }
        self.touch();
    }
}
