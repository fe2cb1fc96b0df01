//! Everything that was published, and the rules that were violated.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use crate::backplane::message::Body;
use crate::backplane::shared::stored_message::StoredMessage;

/// Text of a message that no node can read.
pub const DAMAGED: &str = "damaged";

/// Texts of all messages by room, epoch and offset, and the violations that were found. Clones share their state.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<JournalState>>);

#[derive(Debug, Default)]
struct JournalState {
    texts: BTreeMap<(RoomName, Epoch), Vec<String>>,
    /// Rooms and positions of each text.
    positions: BTreeMap<String, Vec<(RoomName, Position)>>,
    /// Epochs in which a message was acknowledged.
    acknowledged: BTreeMap<String, BTreeSet<Epoch>>,
    had_stale_nodes: bool,
    violations: Vec<String>,
}

impl Journal {
    /// Records a message that a server has published.
    pub fn publish(&self, room: &RoomName, position: &Position, payload: &[u8]) {
        let decoded = StoredMessage::decode(payload);
        self.record(
            room,
            position,
            decoded.map_or_else(|_| DAMAGED.to_owned(), |stored| text_of(&stored.message.body)),
        );
    }

    /// Records the text of a message that was published.
    pub fn record(&self, room: &RoomName, position: &Position, text: String) {
        let mut state = self.0.lock();
        state.positions.entry(text.clone()).or_default().push((room.clone(), position.clone()));
        let texts = state.texts.entry((room.clone(), position.epoch.clone())).or_default();
        texts.push(text);
        if texts.len() as u64 != position.offset.0 {
            let count = texts.len();
            state.violations.push(format!("publish {count} of {room} in one epoch is at {position:?}"));
        }
    }

    /// Records an acknowledgment, and checks that the message is at its position.
    pub fn acknowledge(&self, room: &RoomName, position: &Position, text: &str) {
        let published = self.text(room, &position.epoch, position.offset);
        if published.as_deref() != Some(text) {
            self.violation(format!("{text} was acknowledged at {position:?} of {room}, where {published:?} is"));
        }
        let mut state = self.0.lock();
        state.acknowledged.entry(text.to_owned()).or_default().insert(position.epoch.clone());
    }

    /// Returns the text of a message.
    pub fn text(&self, room: &RoomName, epoch: &Epoch, offset: Offset) -> Option<String> {
        let index = usize::try_from(offset.0.checked_sub(1)?).unwrap();
        self.0.lock().texts.get(&(room.clone(), epoch.clone()))?.get(index).cloned()
    }

    /// Records that a node uses a server that was replaced, so that its rooms may be in epochs that have ended.
    pub fn note_stale_node(&self) {
        self.0.lock().had_stale_nodes = true;
    }

    /// Returns whether a node has used a server that was replaced.
    pub fn had_stale_nodes(&self) -> bool {
        self.0.lock().had_stale_nodes
    }

    /// Records a violation.
    pub fn violation(&self, text: String) {
        self.0.lock().violations.push(text);
    }

    /// Returns the violations so far.
    pub fn violations(&self) -> Vec<String> {
        self.0.lock().violations.clone()
    }

    /// Returns the number of messages in all epochs.
    pub fn len(&self) -> usize {
        self.0.lock().texts.values().map(Vec::len).sum()
    }

    /// Checks that no epoch has a message twice, that no message without a key was published twice at all, and that each
    /// epoch has the messages of each sender in their order. Texts are `SENDER/NUMBER/KIND`.
    ///
    /// A message that was acknowledged in another epoch is not checked: its sender goes on, while an earlier attempt on
    /// another node may still be carried out in this epoch.
    pub fn check_order(&self) {
        let mut state = self.0.lock();
        let (mut violations, mut unkeyed) = (Vec::new(), BTreeSet::new());
        for ((room, epoch), texts) in &state.texts {
            let mut last: BTreeMap<&str, u64> = BTreeMap::new();
            for text in texts.iter().filter(|text| *text != DAMAGED) {
                let mut parts = text.split('/');
                let (sender, number) = (parts.next().unwrap(), parts.next().unwrap().parse().unwrap());
                let elsewhere = state.acknowledged.get(text).is_some_and(|epochs| !epochs.contains(epoch));
                // One without a key is not repeated in order.
                if parts.next() == Some("unkeyed") {
                    if !unkeyed.insert(text.clone()) {
                        violations.push(format!("{text} was published twice"));
                    }
                } else if !elsewhere && last.insert(sender, number).is_some_and(|last| last >= number) {
                    violations.push(format!("{text} is out of order or repeated in {room} {epoch}"));
                }
            }
        }
        state.violations.extend(violations);
    }
}

#[cfg(feature = "simulation")]
impl Journal {
    /// Records an epoch of a room that begins with these messages of an earlier one.
    pub fn begin_epoch(&self, room: &RoomName, epoch: &Epoch, texts: Vec<String>) {
        for (offset, text) in (1..).map(Offset).zip(texts) {
            self.record(room, &Position { epoch: epoch.clone(), offset }, text);
        }
    }

    /// Returns the number of messages of a room in an epoch.
    pub fn last_offset(&self, room: &RoomName, epoch: &Epoch) -> Offset {
        let state = self.0.lock();
        Offset(state.texts.get(&(room.clone(), epoch.clone())).map_or(0, |texts| texts.len() as u64))
    }

    /// Returns the texts of all messages, by room and epoch, in the order of their offsets.
    pub fn texts(&self) -> BTreeMap<(RoomName, Epoch), Vec<String>> {
        self.0.lock().texts.clone()
    }

    /// Returns the positions at which a text was published in a room.
    pub fn positions(&self, room: &RoomName, text: &str) -> Vec<Position> {
        let state = self.0.lock();
        state
            .positions
            .get(text)
            .into_iter()
            .flatten()
            .filter(|(name, _)| name == room)
            .map(|(_, at)| at.clone())
            .collect()
    }
}

/// Returns the text of a message.
pub fn text_of(body: &Body) -> String {
    match body {
        Body::Text(text) => text.to_string(),
        Body::Json(_, data) => data.as_string().map_or_else(|| data.text().to_owned(), Cow::into_owned),
        Body::Binary(_) => DAMAGED.to_owned(),
    }
}
