//! The rows: what becomes of them, and what is seen of them.

use super::Store;
use crate::{
    model::log::{EntryId, Log, LogEntry},
    platform::browser,
};
use std::sync::Arc;
use yodel_client::Effect;

impl Store {
    /// Looks into a row.
    pub fn inspect(self, row: EntryId) {
        self.selected.set(Some(row));
        if !self.tools.get_untracked() {
            self.tools.set(true);
        }
    }

    /// Looks into the row so many places after the one that is looked into; else into the last one before `end`.
    pub fn inspect_next(self, by: isize, end: usize) {
        let next = self.journal.with_value(|Log { rows, shown, .. }| {
            let last = shown.len(rows).checked_sub(1)?;
            let place = match self.selected.get_untracked() {
                Some(row) => shown.place(rows, row).saturating_add_signed(by),
                None => end.saturating_sub(1),
            };
            shown.range(rows, place.min(last)..place.min(last) + 1).first().map(|row| row.id)
        });
        if let Some(row) = next {
            self.inspect(row);
        }
    }

    /// Takes all rows out, except messages that wait. The counts stay.
    pub fn clear(self) {
        self.change(|Log { rows, shown, .. }| {
            rows.clear();
            shown.forget(rows);
            if shown.waiting(rows).is_some() {
                shown.pause(Some(EntryId(rows.pushed())));
            }
        });
        self.selected.set(None);
        self.follow.set(true);
    }

    /// Changes the rows, the counts, or which rows are shown.
    pub fn change(self, change: impl FnOnce(&mut Log)) {
        self.journal.update_value(change);
        self.touch();
    }

    /// The session said so.
    pub fn apply(self, effect: &Effect) {
        match effect {
            Effect::State(state) => return self.state.set(state.clone()),
            Effect::Welcome(welcome) => {
                self.user.set_value(welcome.user.clone());
                self.welcome.set_value(Some(Arc::new((**welcome).clone())));
            }
            Effect::LoggedIn { user, .. } => self.user.set_value(user.clone()),
            Effect::TokenWanted => self.give_token(),
            Effect::Joined { room, .. } => self.remember_room(room, true),
            Effect::Left { room, .. } => self.remember_room(room, false),
            _ => {}
        }
        self.journal.update_value(|journal| journal.apply(browser::now_ms(), effect));
        self.observers.with_value(|observers| observers.iter().for_each(|observer| observer(effect)));
        self.touch();
    }

    /// The session has said all it had to say for now.
    pub fn settle(self) {
        self.journal.update_value(Log::settle);
    }

    /// A text message arrived.
    pub fn receive_text(self, text: &str) {
        self.journal.update_value(|journal| journal.receive_text(browser::now_ms(), text));
        self.touch();
    }

    /// A binary message arrived.
    pub fn receive_binary(self, bytes: Arc<[u8]>) {
        self.journal.update_value(|journal| journal.receive_binary(browser::now_ms(), bytes));
        self.touch();
    }

    /// Something of the rows and counts; looked at again with each frame in which they changed.
    pub fn read<T>(self, read: impl FnOnce(&Log) -> T) -> T {
        self.frame.track();
        self.journal.with_value(read)
    }

    /// The same, looked at once.
    pub fn peek<T>(self, read: impl FnOnce(&Log) -> T) -> T {
        self.journal.with_value(read)
    }

    /// The rows at these places, for drawing.
    pub fn rows(self, places: std::ops::Range<usize>) -> Vec<LogEntry> {
        self.journal.with_value(|journal| journal.shown.range(&journal.rows, places).into_iter().cloned().collect())
    }

    /// A row as it is now; not looked at again.
    pub fn row(self, row: EntryId) -> Option<LogEntry> {
        self.journal.with_value(|journal| journal.rows.get(row).cloned())
    }
}
