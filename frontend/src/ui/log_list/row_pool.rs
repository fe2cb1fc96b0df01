//! Slots in the document for the rendered rows. When all visible rows are new, as in each frame of a flood, the
//! existing elements show them: creating elements is most of the cost of a row.

use crate::model::log::{EntryId, Kind, LogEntry};
use leptos::prelude::*;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// The row that a slot shows, as a signal. It lives until its last copy is dropped, independent of a reactive owner.
/// It is atomic because Leptos requires views to be `Send`.
#[derive(Clone)]
pub struct BoundRow {
    id: Arc<AtomicU64>,
    changed: ArcTrigger,
}

/// Properties of a row on which its elements depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RowKey {
    version: u64,
    /// `true` for the first unseen row, which has a divider.
    first_unseen: bool,
    kind: Kind,
}

/// The elements of one row in the document.
#[derive(Clone)]
pub struct Slot {
    /// Number of the slot, unique within the pool.
    pub number: u64,
    /// The row that the slot shows.
    pub row: BoundRow,
    id: EntryId,
    key: RowKey,
}

/// The slots, from top to bottom.
#[derive(Default)]
pub struct RowPool {
    slots: Vec<Slot>,
    created: u64,
}

impl BoundRow {
    fn new(row: EntryId) -> Self {
        Self { id: Arc::new(AtomicU64::new(row.0)), changed: ArcTrigger::new() }
    }

    /// Returns the row, tracked.
    pub fn get(&self) -> EntryId {
        self.changed.track();
        self.get_untracked()
    }

    /// Returns the row, untracked.
    pub fn get_untracked(&self) -> EntryId {
        EntryId(self.id.load(Relaxed))
    }

    fn set(&self, row: EntryId) {
        self.id.store(row.0, Relaxed);
        self.changed.notify();
    }
}

impl RowPool {
    /// Returns a slot for each of these rows, which are sorted by id. Rows that are still visible keep their slot. If
    /// there are none, slots are reused from the top if `may_reuse` is `true`.
    pub fn assign(&mut self, rows: &[LogEntry], first_unseen: Option<EntryId>, may_reuse: bool) -> Vec<Slot> {
        let old = std::mem::take(&mut self.slots);
        let is_kept = |slot: &Slot| rows.binary_search_by_key(&slot.id, |row| row.id).is_ok();
        let any_kept = !may_reuse || old.iter().any(is_kept);
        for (index, row) in rows.iter().enumerate() {
            let key = RowKey { version: row.version(), first_unseen: first_unseen == Some(row.id), kind: row.kind() };
            let slot = if any_kept {
                old.iter().find(|slot| slot.id == row.id && slot.key == key).cloned()
            } else {
                old.get(index).filter(|slot| slot.can_show(key)).map(|slot| slot.show(row.id))
            };
            let slot = slot.unwrap_or_else(|| self.make(row.id, key));
            self.slots.push(slot);
        }
        self.slots.clone()
    }

    fn make(&mut self, id: EntryId, key: RowKey) -> Slot {
        self.created += 1;
        Slot { number: self.created, id, key, row: BoundRow::new(id) }
    }
}

impl Slot {
    /// Returns whether the elements of this slot can show another row: only a received message, because other rows
    /// have buttons and marks, which may have the focus.
    fn can_show(&self, key: RowKey) -> bool {
        self.key == key && key.kind == Kind::Received && !key.first_unseen
    }

    fn show(&self, id: EntryId) -> Self {
        self.row.set(id);
        Self { id, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::Body;

    fn row(id: u64) -> LogEntry {
        LogEntry { id: EntryId(id), at_ms: 7, body: Body::Received { text: "x".into(), envelope: None } }
    }

    fn rows(ids: std::ops::Range<u64>) -> Vec<LogEntry> {
        ids.map(row).collect()
    }

    fn numbers(slots: &[Slot]) -> Vec<u64> {
        slots.iter().map(|slot| slot.number).collect()
    }

    #[test]
    fn keeps_the_slot_of_a_row_that_stays() {
        let mut slots = RowPool::default();
        assert_eq!(numbers(&slots.assign(&rows(1..4), None, true)), [1, 2, 3]);
        assert_eq!(numbers(&slots.assign(&rows(2..6), None, true)), [2, 3, 4, 5]);
    }

    #[test]
    fn reuses_slots_when_all_rows_are_new() {
        let mut slots = RowPool::default();
        slots.assign(&rows(1..4), None, true);
        let now = slots.assign(&rows(4..8), None, true);
        assert_eq!(numbers(&now), [1, 2, 3, 4], "and one more");
        let ids: Vec<_> = now.iter().map(|slot| slot.row.get_untracked().0).collect();
        assert_eq!(ids, [4, 5, 6, 7]);
        assert_eq!(numbers(&slots.assign(&rows(7..9), None, true)), [4, 5], "a reused slot is known by its new row");
    }

    #[test]
    fn reuses_no_slot_while_text_is_selected() {
        let mut slots = RowPool::default();
        slots.assign(&rows(1..4), None, true);
        assert_eq!(numbers(&slots.assign(&rows(4..6), None, false)), [4, 5]);
    }

    #[test]
    fn creates_a_slot_for_another_kind_or_the_first_unseen_row() {
        let mut slots = RowPool::default();
        slots.assign(&rows(1..4), None, true);
        let notice = LogEntry { body: Body::Notice("closed".into()), ..row(5) };
        assert_eq!(numbers(&slots.assign(&[row(4), notice, row(6)], Some(EntryId(6)), true)), [1, 4, 5]);
        assert_eq!(numbers(&slots.assign(&rows(7..10), None, true)), [1, 6, 7]);
    }

    #[test]
    fn creates_a_slot_for_a_changed_row() {
        let note = |entries| LogEntry {
            body: Body::Trimmed { entries, limit: crate::model::log::entry::Limit::Entries },
            ..row(1)
        };
        let mut slots = RowPool::default();
        slots.assign(&[note(1), row(2)], None, true);
        assert_eq!(numbers(&slots.assign(&[note(2), row(2)], None, true)), [3, 2]);
    }
}
