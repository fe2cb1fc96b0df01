//! The expected state of every message.

use std::collections::{BTreeMap, VecDeque};

use yodel_client::connector::buffered::BUFFERED_HIGH;
use yodel_client::connector::{OUTBOX_AGE_MS, OUTBOX_BYTES, OUTBOX_MESSAGES};
use yodel_client::{Delivery, MessageId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    New,
    Waiting,
    Transmitted,
    Sent,
    Unconfirmed,
    Failed,
    Full,
    Deleted,
}

struct Waiting {
    id: MessageId,
    bytes: usize,
    since_ms: u64,
}

/// The state of every message, and the bytes that were handed to the current socket.
#[derive(Default)]
pub struct Ledger {
    states: BTreeMap<MessageId, MessageState>,
    waiting: VecDeque<Waiting>,
    /// The end of each message in the current socket's byte stream.
    end_offsets: Vec<(MessageId, u64)>,
    written: u64,
    new_bytes: usize,
}

impl Ledger {
    /// Returns the id of a new message of this size.
    pub fn create(&mut self, bytes: usize) -> MessageId {
        let id = MessageId(self.states.len() as u64);
        self.states.insert(id, MessageState::New);
        self.new_bytes = bytes;
        id
    }

    /// Returns any earlier message.
    pub fn any(&self, selector: u16) -> Option<MessageId> {
        Some(MessageId(u64::from(selector).checked_rem(self.states.len() as u64)?))
    }

    pub fn deleted(&mut self, id: MessageId) {
        if self.states[&id] == MessageState::Waiting {
            self.waiting.retain(|waiting| waiting.id != id);
            self.states.insert(id, MessageState::Deleted);
        }
    }

    pub fn transmitted(&mut self, id: MessageId, text: &str) {
        if self.states[&id] == MessageState::Waiting {
            assert_eq!(self.waiting.pop_front().map(|oldest| oldest.id), Some(id), "messages are sent in order");
        } else {
            self.transition(id, MessageState::New, MessageState::Transmitted);
            assert!(self.waiting.is_empty(), "no message overtakes the outbox");
        }
        assert!(self.unwritten() <= BUFFERED_HIGH, "sends above the high-water mark");
        self.states.insert(id, MessageState::Transmitted);
        self.end_offsets.push((id, self.transmitted_bytes() + text.len() as u64));
    }

    pub fn delivered(&mut self, now_ms: u64, id: MessageId, delivery: Delivery) {
        match delivery {
            Delivery::Waiting => self.enqueue(now_ms, id),
            Delivery::Sent => self.transition(id, MessageState::Transmitted, MessageState::Sent),
            Delivery::Unconfirmed => self.transition(id, MessageState::Sent, MessageState::Unconfirmed),
            Delivery::Acknowledged => panic!("acknowledged in plain mode"),
            Delivery::Failed => {
                self.transition(id, MessageState::Waiting, MessageState::Failed);
                let oldest = self.waiting.pop_front().expect("waiting message");
                assert_eq!(oldest.id, id, "messages expire in order");
                assert!(now_ms - oldest.since_ms >= OUTBOX_AGE_MS, "expired too early");
            }
        }
    }

    pub fn full(&mut self, id: MessageId) {
        self.transition(id, MessageState::New, MessageState::Full);
        let too_many = self.waiting.len() == OUTBOX_MESSAGES;
        assert!(
            too_many || self.waiting_bytes() + self.new_bytes > OUTBOX_BYTES,
            "rejected although the outbox is not full"
        );
    }

    /// Writes bytes to the network.
    pub fn write(&mut self, bytes: u64) {
        self.written = self.transmitted_bytes().min(self.written + bytes);
    }

    /// Returns the number of bytes that the current socket has not written.
    pub fn unwritten(&self) -> u64 {
        self.transmitted_bytes() - self.written
    }

    /// Checks and discards the current socket's messages. `exactly` is `true` if the last measurement is current.
    pub fn close_socket(&mut self, exactly: bool) {
        for (id, end) in self.end_offsets.drain(..) {
            let unconfirmed = self.states[&id] == MessageState::Unconfirmed;
            assert!(unconfirmed || end <= self.written, "{id:?} was not written and is not unconfirmed");
            assert!(!unconfirmed || end > self.written || !exactly, "{id:?} was written and is unconfirmed");
        }
        self.written = 0;
    }

    /// Checks the invariants between two steps.
    pub fn check(&self, now_ms: u64) {
        assert!(self.waiting.len() <= OUTBOX_MESSAGES && self.waiting_bytes() <= OUTBOX_BYTES);
        assert!(self.waiting.front().is_none_or(|oldest| now_ms - oldest.since_ms < OUTBOX_AGE_MS));
    }

    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Checks that every message has a final state.
    pub fn assert_all_settled(&self) {
        let open = [MessageState::New, MessageState::Waiting, MessageState::Transmitted];
        let lost: Vec<_> = self.states.iter().filter(|(_, state)| open.contains(state)).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    fn enqueue(&mut self, now_ms: u64, id: MessageId) {
        self.transition(id, MessageState::New, MessageState::Waiting);
        self.waiting.push_back(Waiting { id, bytes: self.new_bytes, since_ms: now_ms });
    }

    fn transition(&mut self, id: MessageId, from: MessageState, to: MessageState) {
        assert_eq!(self.states.insert(id, to), Some(from), "{id:?} becomes {to:?}");
    }

    fn transmitted_bytes(&self) -> u64 {
        self.end_offsets.last().map_or(0, |(_, end)| *end)
    }

    fn waiting_bytes(&self) -> usize {
        self.waiting.iter().map(|waiting| waiting.bytes).sum()
    }
}
