//! Everything that was published, and the rules that were violated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use crate::backplane::message::Body;
use crate::backplane::shared::stored_message::StoredMessage;

/// Texts of all messages by room, epoch and offset, and the violations that were found. Clones share their state.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<JournalState>>);

#[derive(Debug, Default)]
struct JournalState {
    texts: BTreeMap<(RoomName, Epoch), Vec<String>>,
    /// Epochs in which a message was acknowledged.
    acknowledged: BTreeMap<String, BTreeSet<Epoch>>,
    violations: Vec<String>,
}

impl Journal {
    /// Records a message that a server has published.
    pub fn publish(&self, room: &RoomName, position: &Position, payload: &[u8]) {
        let text = match StoredMessage::decode(payload).map(|stored| stored.message.body) {
            Ok(Body::Text(text)) => text.into_string(),
            _ => "damaged".to_owned(),
        };
        let mut state = self.0.lock();
        let texts = state.texts.entry((room.clone(), position.epoch.clone())).or_default();
        texts.push(text);
        assert_eq!(texts.len() as u64, position.offset.0, "two servers have published in one epoch");
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
            for text in texts.iter().filter(|text| *text != "damaged") {
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
