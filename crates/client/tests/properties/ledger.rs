//! What became of every message.

use std::collections::{BTreeMap, VecDeque};

use yodel_client::connector::buffered::BUFFERED_HIGH;
use yodel_client::connector::{OUTBOX_AGE_MS, OUTBOX_BYTES, OUTBOX_MESSAGES};
use yodel_client::{Delivery, MessageId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Typed,
    Waiting,
    Transmitted,
    Sent,
    Doubtful,
    Failed,
    Full,
    Deleted,
}

struct Waiting {
    id: MessageId,
    bytes: usize,
    since_ms: u64,
}

/// Every message, and the bytes of those that the present socket got.
#[derive(Default)]
pub struct Ledger {
    fates: BTreeMap<MessageId, Fate>,
    waiting: VecDeque<Waiting>,
    /// Where each message of the present socket ends in its stream.
    ends: Vec<(MessageId, u64)>,
    written: u64,
    typed_bytes: usize,
}

impl Ledger {
    /// The number of a new message.
    pub fn typed(&mut self, bytes: usize) -> MessageId {
        let id = MessageId(self.fates.len() as u64);
        self.fates.insert(id, Fate::Typed);
        self.typed_bytes = bytes;
        id
    }

    /// Any message that was typed so far.
    pub fn any(&self, which: u16) -> Option<MessageId> {
        Some(MessageId(u64::from(which).checked_rem(self.fates.len() as u64)?))
    }

    pub fn deleted(&mut self, id: MessageId) {
        if self.fates[&id] == Fate::Waiting {
            self.waiting.retain(|waiting| waiting.id != id);
            self.fates.insert(id, Fate::Deleted);
        }
    }

    pub fn transmitted(&mut self, id: MessageId, text: &str) {
        if self.fates[&id] == Fate::Waiting {
            assert_eq!(self.waiting.pop_front().map(|oldest| oldest.id), Some(id), "in the order they were typed");
        } else {
            self.turn(id, Fate::Typed, Fate::Transmitted);
            assert!(self.waiting.is_empty(), "nothing overtakes the outbox");
        }
        assert!(self.unwritten() <= BUFFERED_HIGH, "the network is not drowned");
        self.fates.insert(id, Fate::Transmitted);
        self.ends.push((id, self.handed() + text.len() as u64));
    }

    pub fn delivered(&mut self, now_ms: u64, id: MessageId, delivery: Delivery) {
        match delivery {
            Delivery::Waiting => self.kept(now_ms, id),
            Delivery::Sent => self.turn(id, Fate::Transmitted, Fate::Sent),
            Delivery::Doubtful => self.turn(id, Fate::Sent, Fate::Doubtful),
            Delivery::Acknowledged => panic!("nobody answers in plain mode"),
            Delivery::Failed => {
                self.turn(id, Fate::Waiting, Fate::Failed);
                let oldest = self.waiting.pop_front().expect("a message that waits");
                assert_eq!(oldest.id, id, "the oldest first");
                assert!(now_ms - oldest.since_ms >= OUTBOX_AGE_MS, "it waited long enough");
            }
        }
    }

    pub fn full(&mut self, id: MessageId) {
        self.turn(id, Fate::Typed, Fate::Full);
        let too_many = self.waiting.len() == OUTBOX_MESSAGES;
        assert!(too_many || self.waiting_bytes() + self.typed_bytes > OUTBOX_BYTES, "there was room");
    }

    /// The network takes some bytes.
    pub fn write(&mut self, bytes: u64) {
        self.written = self.handed().min(self.written + bytes);
    }

    /// Bytes that the present socket got and has not written.
    pub fn unwritten(&self) -> u64 {
        self.handed() - self.written
    }

    /// The present socket is no more; `exactly` if its last figure is known.
    pub fn socket_gone(&mut self, exactly: bool) {
        for (id, end) in self.ends.drain(..) {
            let doubtful = self.fates[&id] == Fate::Doubtful;
            assert!(doubtful || end <= self.written, "{id:?} was not written and is not doubtful");
            assert!(!doubtful || end > self.written || !exactly, "{id:?} was written and is doubtful");
        }
        self.written = 0;
    }

    /// What must hold between two steps.
    pub fn check(&self, now_ms: u64) {
        assert!(self.waiting.len() <= OUTBOX_MESSAGES && self.waiting_bytes() <= OUTBOX_BYTES);
        assert!(self.waiting.front().is_none_or(|oldest| now_ms - oldest.since_ms < OUTBOX_AGE_MS));
    }

    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Nothing is forgotten on the way.
    pub fn every_message_has_an_end(&self) {
        let open = [Fate::Typed, Fate::Waiting, Fate::Transmitted];
        let lost: Vec<_> = self.fates.iter().filter(|(_, fate)| open.contains(fate)).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    fn kept(&mut self, now_ms: u64, id: MessageId) {
        self.turn(id, Fate::Typed, Fate::Waiting);
        self.waiting.push_back(Waiting { id, bytes: self.typed_bytes, since_ms: now_ms });
    }

    fn turn(&mut self, id: MessageId, from: Fate, to: Fate) {
        assert_eq!(self.fates.insert(id, to), Some(from), "{id:?} becomes {to:?}");
    }

    fn handed(&self) -> u64 {
        self.ends.last().map_or(0, |(_, end)| *end)
    }

    fn waiting_bytes(&self) -> usize {
        self.waiting.iter().map(|waiting| waiting.bytes).sum()
    }
}
