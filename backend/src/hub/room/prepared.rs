//! Messages that wait for the journal: they have an offset, and nobody has seen them.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::oneshot;
use yodel_protocol::Offset;

use super::state::RoomInner;
use crate::backplane::PublishAnswer;
use crate::backplane::answer::Answer;
use crate::backplane::message::{Message, MessageKey, NewMessage};
use crate::backplane::publish::{PublishError, PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::backplane::unavailable::Unavailable;
use crate::environment::Timestamp;
use crate::hub::idempotency::{IdempotencyKeys, KeyLookup};
use crate::hub::services::HubServices;

/// Messages of a room that the journal has not confirmed, oldest first. Their offsets follow that of the room.
#[derive(Debug, Default)]
pub struct PreparedMessages {
    queue: VecDeque<Prepared>,
    /// Keys of the messages.
    keys: IdempotencyKeys,
}

/// Message that the journal has not confirmed.
#[derive(Debug)]
pub struct Prepared {
    /// The message, with its position.
    pub message: Arc<Message>,
    /// Idempotency key of the message.
    pub key: Option<MessageKey>,
    /// Members that receive the message.
    pub recipients: Recipients,
    /// Memory that the message takes, in bytes.
    pub bytes: usize,
    answer: AnswerSender,
    /// Answers to publishes with the same key.
    repetitions: Vec<AnswerSender>,
}

type AnswerSender = oneshot::Sender<Result<PublishOutcome, PublishError>>;

impl Prepared {
    /// Creates a message that waits, and the answer to its publish.
    pub fn new(
        message: Arc<Message>,
        key: Option<MessageKey>,
        recipients: Recipients,
        bytes: usize,
    ) -> (Self, PublishAnswer) {
        let (answer, later) = Answer::later();
        (Self { message, key, recipients, bytes, answer, repetitions: Vec::new() }, later)
    }

    /// Returns the number of publishes with the same key, without the first one.
    pub fn repetitions(&self) -> usize {
        self.repetitions.len()
    }

    /// Answers all publishes of the message.
    pub fn answer(self, result: Result<(), Unavailable>) {
        let outcome = |duplicate| match (result, &self.message.position) {
            (Ok(()), Some(position)) => Ok(PublishOutcome { position: position.clone(), duplicate }),
            _ => Err(Unavailable.into()),
        };
        // A publisher that has gone needs no answer.
        let _ = self.answer.send(outcome(false));
        for repetition in self.repetitions {
            let _ = repetition.send(outcome(true));
        }
    }
}

impl PreparedMessages {
    /// Returns whether no message waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    fn push(&mut self, prepared: Prepared, offset: Offset, now: Timestamp) {
        if let Some(key) = &prepared.key {
            self.keys.insert(key.clone(), prepared.message.from.as_deref(), offset, now);
        }
        self.queue.push_back(prepared);
    }

    fn pop(&mut self) -> Option<Prepared> {
        let prepared = self.queue.pop_front()?;
        if prepared.key.is_some() {
            self.keys.remove_oldest();
        }
        Some(prepared)
    }

    /// Returns the message at an offset.
    fn at(&mut self, offset: Offset) -> Option<&mut Prepared> {
        let first = self.queue.front()?.message.offset()?;
        self.queue.get_mut(usize::try_from(offset.0.checked_sub(first.0)?).ok()?)
    }
}

impl RoomInner {
    /// Returns the offset of the next message, after those that are prepared.
    pub fn next_prepared(&self) -> Offset {
        let prepared = self.journaled.as_ref().map_or(0, |journaled| journaled.prepared.queue.len());
        Offset(self.offset.0 + prepared as u64).next()
    }

    /// Returns the answer to a message that is prepared already; `None` if it is not.
    ///
    /// # Errors
    /// Returns an error if another message is prepared with its key.
    pub fn repeat_prepared(&mut self, message: &NewMessage) -> Result<Option<PublishAnswer>, RoomRejection> {
        let Some(journaled) = &mut self.journaled else { return Ok(None) };
        let offset = match journaled.prepared.keys.find(message) {
            KeyLookup::Unknown => return Ok(None),
            KeyLookup::Conflict => return Err(RoomRejection::KeyConflict),
            KeyLookup::Published(offset) => offset,
        };
        let Some(prepared) = journaled.prepared.at(offset) else { return Ok(None) };
        let (sender, answer) = Answer::later();
        prepared.repetitions.push(sender);
        Ok(Some(answer))
    }

    /// Adds a message that waits for the journal, and retains its memory. If that is not reserved, the older messages and
    /// keys of this room make space for it.
    pub fn prepare(&mut self, prepared: Prepared, reserved: bool, now: Timestamp, services: &HubServices) {
        let (before, offset) = (self.cost(), self.next_prepared());
        if !reserved {
            let available = services.retention.total_bytes.saturating_sub(self.bytes_of_others(services));
            while self.cost() + prepared.bytes > available && (self.remove_oldest() || self.remove_newest()) {}
        }
        services.metrics.replace_retained(before, self.cost() + prepared.bytes);
        if let Some(journaled) = &mut self.journaled {
            journaled.prepared.push(prepared, offset, now);
        }
    }

    /// Takes the first message that waits for the journal. Its memory is still retained.
    pub fn take_prepared(&mut self) -> Option<Prepared> {
        self.journaled.as_mut()?.prepared.pop()
    }

    /// Removes the newest message, then the newest key, when they are the only ones. Returns false if nothing is left.
    fn remove_newest(&mut self) -> bool {
        let removable = self.cost() > 0;
        if self.history.len() > 0 {
            self.history.remove_oldest();
        } else if removable {
            self.keys.remove_oldest();
        }
        removable
    }
}
