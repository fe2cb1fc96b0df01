//! A room that a journal keeps on a disk.

use std::sync::Arc;

use super::Room;
use super::prepared::Prepared;
use super::publishing::Checked;
use crate::backplane::PublishAnswer;
use crate::backplane::answer::Answer;
use crate::backplane::disk::replica::DurableReplica;
use crate::backplane::journal::Journal;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::{PublishError, PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::backplane::unavailable::Unavailable;
use crate::hub::payload::Payload;

impl<P: Payload> DurableReplica for Room<P> {
    fn publish_at_once(
        &self,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
        journal: &dyn Journal,
    ) -> Result<PublishAnswer, RoomRejection> {
        let published =
            self.publish_if(message, recipients, reserved, |message, key| journal.append(message, key, None))?;
        Ok(Answer::ready(published.map_err(PublishError::from)))
    }

    fn publish_when_durable(
        self: &Arc<Self>,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
        journal: &dyn Journal,
    ) -> Result<PublishAnswer, RoomRejection> {
        let (now, unix_ms) = (self.services.now(), self.services.clock().unix_ms());
        let mut state = self.state.lock();
        if let Some(answer) = state.repeat_prepared(&message)? {
            return Ok(answer);
        }
        let message = match self.check(&mut state, message, reserved, now)? {
            Checked::New(message) => message,
            Checked::Duplicate(position) => return Ok(Answer::ready(Ok(PublishOutcome { position, duplicate: true }))),
        };
        let bytes = self.retained_cost(&message);
        let (message, key) = state.message_at(state.next_prepared(), message, &self.name, unix_ms);
        let room = Arc::clone(self);
        // Under the lock, so that the order in the journal is that of the offsets. The receipt waits for the lock.
        let appended = journal.append(&message, key.as_ref(), Some(Box::new(move |result| room.complete(result))));
        if let Err(unavailable) = appended {
            return Ok(Answer::ready(Err(unavailable.into())));
        }
        let (prepared, answer) = Prepared::new(message, key, recipients, bytes);
        state.prepare(prepared, reserved, now, &self.services);
        self.update(&mut state);
        Ok(answer)
    }
}

impl<P: Payload> Room<P> {
    /// Completes the publish of the first prepared message: appends and delivers it if it is durable, and answers.
    fn complete(&self, result: Result<(), Unavailable>) {
        let now = self.services.now();
        let mut state = self.state.lock();
        let Some(mut prepared) = state.take_prepared() else { return };
        if result.is_ok() {
            state.append(&prepared.message, prepared.key.take(), now, true, &self.services);
            self.update(&mut state);
            self.deliver(Arc::clone(&prepared.message), prepared.recipients, now);
            (0..prepared.repetitions()).for_each(|_| self.services.metrics.add_duplicate());
        }
        self.services.metrics.replace_retained(prepared.bytes, 0);
        if !state.has_prepared() {
            self.list_if_unused(&mut state);
        }
        drop(state);
        prepared.answer(result);
    }
}

#[cfg(test)]
mod tests;
