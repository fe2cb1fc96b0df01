//! Everything that was published on a machine, and what each start has to find of it.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::machine::MachineConfig;
use crate::backplane::disk::start::Started;
use crate::backplane::journal::StoredRoom;
use crate::backplane::message::Message;
use crate::backplane::shared::simulated_store::{Journal, text_of};
use crate::config::Durability;

/// Everything that was published on a machine.
#[derive(Debug)]
pub struct DiskRecord {
    config: MachineConfig,
    journal: Journal,
    state: Mutex<RecordState>,
}

#[derive(Debug)]
struct RecordState {
    /// Current epochs of all rooms.
    epochs: BTreeMap<RoomName, Epoch>,
    /// Numbers of messages of all rooms that had left their histories at the last start.
    removed: BTreeMap<RoomName, u64>,
    /// End of the last run, or of the current one if it ended now.
    end: RunEnd,
    /// End of the run before a start that is under way.
    end_before: RunEnd,
    violations: Vec<String>,
    found: FoundMessages,
}

/// Messages that a start has found on the disk, or has missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FoundMessages {
    /// Messages that were not acknowledged.
    pub unacknowledged: u64,
    /// Messages that were acknowledged and are missing.
    pub lost: u64,
    /// True if all rooms have begun new epochs.
    pub are_epochs_new: bool,
}

/// End of a run of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// In order.
    Clean,
    /// A crash.
    Crash,
    /// A crash during the end or the start, of which the disk may or may not know.
    Unknown,
}

impl DiskRecord {
    /// Creates the record of a machine that has never run.
    pub fn new(config: MachineConfig) -> Self {
        let (end, end_before) = (RunEnd::Clean, RunEnd::Clean);
        let (epochs, removed, found) = (BTreeMap::new(), BTreeMap::new(), FoundMessages::default());
        let state = RecordState { epochs, removed, end, end_before, violations: Vec::new(), found };
        Self { config, journal: Journal::default(), state: Mutex::new(state) }
    }

    /// Returns the messages.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Takes what contradicts the promises.
    pub fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().violations)
    }

    /// Returns what the last start has found.
    pub fn found(&self) -> FoundMessages {
        self.state.lock().found
    }

    /// Records what contradicts the promises.
    pub fn violation(&self, text: String) {
        self.state.lock().violations.push(text);
    }

    /// Returns the position of a room.
    pub fn position(&self, room: &RoomName) -> Option<Position> {
        let epoch = self.state.lock().epochs.get(room).cloned()?;
        let offset = self.journal.last_offset(room, &epoch);
        Some(Position { epoch, offset })
    }

    /// Records a message that is acknowledged and delivered now.
    pub fn publish(&self, message: &Message) {
        let Some(position) = &message.position else { return };
        self.begin(&message.room, &position.epoch);
        self.journal.record(&message.room, position, text_of(&message.body));
    }

    /// Records the epoch of a room.
    pub fn begin(&self, room: &RoomName, epoch: &Epoch) {
        self.state.lock().epochs.insert(room.clone(), epoch.clone());
    }

    /// Records the end of a room.
    pub fn end(&self, room: &RoomName) {
        self.state.lock().epochs.remove(room);
    }

    /// Records the beginning of a start.
    pub fn begin_start(&self) {
        let mut state = self.state.lock();
        state.end_before = state.end;
        if state.end == RunEnd::Clean {
            state.end = RunEnd::Unknown;
        }
    }

    /// Records how the run would end now.
    pub fn set_end(&self, end: RunEnd) {
        self.state.lock().end = end;
    }

    /// Checks what a start has read, and records it. Returns the epochs before it.
    pub fn check_start(&self, started: &Started) -> BTreeMap<RoomName, Epoch> {
        let (last, end) = {
            let mut state = self.state.lock();
            state.end = RunEnd::Crash;
            state.found = FoundMessages { are_epochs_new: started.are_epochs_new, ..FoundMessages::default() };
            (std::mem::take(&mut state.epochs), state.end_before)
        };
        self.check_renewal(started, end);
        for (name, epoch) in &last {
            let before = self.journal.last_offset(name, epoch);
            if started.rooms.iter().any(|room| room.name == *name) {
                continue;
            }
            self.state.lock().found.lost += before.0;
            if !started.are_epochs_new && before > Offset(0) {
                self.violation(format!("{name} is lost"));
            }
        }
        for room in &started.rooms {
            let epoch = last.get(&room.name);
            let before = epoch.map_or(Offset(0), |epoch| self.journal.last_offset(&room.name, epoch));
            if started.are_epochs_new {
                self.check_renewed(room, epoch, before);
            } else {
                self.check_continued(room, epoch, before, end);
            }
            self.check_history(room, before);
            self.begin(&room.name, &room.position.epoch);
        }
        last
    }

    /// Checks whether epochs ended if they had to, and only if they may.
    fn check_renewal(&self, started: &Started, end: RunEnd) {
        let may_renew = self.config.durability == Durability::Relaxed && end != RunEnd::Clean;
        let must_renew = may_renew && end == RunEnd::Crash && !started.rooms.is_empty();
        if started.are_epochs_new && !may_renew || !started.are_epochs_new && must_renew {
            self.violation(format!("after a run that ended as {end:?}, new epochs: {}", started.are_epochs_new));
        }
    }

    /// Checks a room whose epoch has ended, and that has lost its last messages.
    fn check_renewed(&self, room: &StoredRoom, last: Option<&Epoch>, before: Offset) {
        let StoredRoom { name, position, .. } = room;
        if position.offset > before || self.journal.last_offset(name, &position.epoch) > Offset(0) {
            self.violation(format!("{name} returns at {position:?}, and was at {last:?} {before:?}"));
        }
        self.state.lock().found.lost += before.0.saturating_sub(position.offset.0);
        let texts = (1..=position.offset.0).filter_map(|offset| self.journal.text(name, last?, Offset(offset)));
        self.journal.begin_epoch(name, &position.epoch, texts.collect());
    }

    /// Checks a room that has lost nothing. Messages that were not acknowledged may be on the disk.
    fn check_continued(&self, room: &StoredRoom, last: Option<&Epoch>, before: Offset, end: RunEnd) {
        let StoredRoom { name, position, .. } = room;
        let is_same = last == Some(&position.epoch) || before == Offset(0);
        let is_exact = end == RunEnd::Clean || self.config.durability == Durability::Relaxed;
        let is_complete = if is_exact { position.offset == before } else { position.offset >= before };
        if !is_same || !is_complete {
            self.violation(format!("{name} returns at {position:?}, and was at {last:?} {before:?}"));
        }
        for (message, _) in &room.messages {
            if message.offset() == Some(self.journal.last_offset(name, &position.epoch).next()) {
                self.publish(message);
                self.state.lock().found.unacknowledged += 1;
            }
        }
    }

    /// Checks the history of a room, whose current epoch is recorded. It has lost what had left it when the room was at
    /// `before`, or at an earlier start: a limit that was reached by messages that a crash has lost stays in force.
    fn check_history(&self, room: &StoredRoom, before: Offset) {
        let StoredRoom { name, position, messages, .. } = room;
        let missing = position.offset.0.saturating_sub(messages.len() as u64);
        let removed = self.state.lock().removed.insert(name.clone(), missing).unwrap_or(0);
        if missing > removed.max(before.0.saturating_sub(self.config.history as u64)) {
            self.violation(format!("{name} at {position:?} has only {} messages", messages.len()));
        }
        for (message, _) in messages {
            let offset = message.offset().unwrap_or(Offset(0));
            let published = self.journal.text(name, &position.epoch, offset);
            if published.as_ref() != Some(&text_of(&message.body)) {
                self.violation(format!("{name} has {message:?} at {offset:?}, where {published:?} is"));
            }
        }
    }
}
