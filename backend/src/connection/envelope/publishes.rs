//! Publishes of an envelope connection that the backplane has not answered, and their order after a failure.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use yodel_protocol::{Id, IdempotencyKey, RoomName};

use crate::backplane::answer::Answer;
use crate::backplane::message::MessageKey;
use crate::backplane::publish::{PublishError, PublishOutcome};
use crate::backplane::publish_order::{FailedPublishes, PublishOrder};
use crate::connection::in_flight::InFlight;

/// Maximum number of publishes that are refused because an earlier one has to be repeated first: as many as a client may
/// have sent before it read the error reply.
const MAX_REFUSED: u32 = 256;

/// Maximum number of rooms in which an earlier publish has to be repeated first. More than publishes may be in flight, so
/// only a client that repeats nothing exceeds it.
const MAX_ROOMS: usize = 256;

/// Publishes under way. In a room, none overtakes an earlier one that failed for the moment: the client repeats
/// that one, and until then the ones after it are refused in the same way, so that it repeats them as well.
#[derive(Debug, Default)]
pub struct Publishes {
    in_flight: InFlight<PendingPublish>,
    failed: FailedPublishes,
    /// At most one of each room, in the order of the failures.
    repeated_first: VecDeque<RepeatedFirst>,
}

/// Parts of a publish that its reply needs.
#[derive(Debug)]
pub struct PendingPublish {
    /// Identifier of the request.
    pub id: Id,
    /// Room of the message.
    pub room: RoomName,
    /// Idempotency key of the message. Without one, a client does not repeat it.
    pub key: Option<IdempotencyKey>,
}

/// Publish that failed and has to be repeated before others of its room.
#[derive(Debug)]
struct RepeatedFirst {
    room: RoomName,
    key: IdempotencyKey,
    refused: u32,
}

impl PendingPublish {
    /// Creates the request of a message.
    pub fn new(id: Id, room: RoomName, key: Option<&MessageKey>) -> Self {
        Self { id, room, key: key.map(|key| key.key.clone()) }
    }
}

impl Publishes {
    /// Begins a publish, before [`may_begin`](Self::may_begin): a failure between the two and the publish itself has to
    /// stop it, too.
    pub fn begin(&self) -> PublishOrder {
        self.failed.begin()
    }

    /// Returns whether a publish may begin: not before an earlier one of its room is repeated.
    pub fn may_begin(&mut self, request: &PendingPublish) -> bool {
        if self.in_flight.has_failed(|other| other.room == request.room && other.key.is_some()) {
            return false;
        }
        let Some(index) = self.repeated_first.iter().position(|first| first.room == request.room) else { return true };
        let first = &mut self.repeated_first[index];
        first.refused += 1;
        let may_begin = request.key.as_ref() == Some(&first.key) || first.refused > MAX_REFUSED;
        if may_begin {
            self.repeated_first.remove(index);
        }
        may_begin
    }

    /// Adds a publish that has begun.
    pub fn push(&mut self, request: PendingPublish, answer: Answer<PublishOutcome, PublishError>) {
        self.in_flight.push(request, answer);
    }

    /// Polls for the answer to the oldest publish; ready with `None` if there is none.
    pub fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<(PendingPublish, Result<PublishOutcome, PublishError>)>> {
        let answered = ready!(self.in_flight.poll_next(context));
        if let Some((request, Err(error))) = &answered
            && error.is_temporary()
        {
            self.repeat_first(request);
        }
        Poll::Ready(answered)
    }

    /// Returns the number of publishes.
    pub fn len(&self) -> usize {
        self.in_flight.len()
    }

    /// Returns whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.in_flight.is_empty()
    }

    fn repeat_first(&mut self, request: &PendingPublish) {
        let Some(key) = request.key.clone() else { return };
        if self.repeated_first.iter().any(|first| first.room == request.room) {
            return;
        }
        if self.repeated_first.len() >= MAX_ROOMS {
            self.repeated_first.pop_front();
        }
        self.repeated_first.push_back(RepeatedFirst { room: request.room.clone(), key, refused: 0 });
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::backplane::unavailable::Unavailable;

    fn request(id: u64, room: &str, key: &str) -> PendingPublish {
        let key = (!key.is_empty()).then(|| IdempotencyKey::new(key).unwrap());
        PendingPublish { id: Id::new(id).unwrap(), room: RoomName::new(room).unwrap(), key }
    }

    /// Returns publishes of which one has failed.
    fn failed(key: &str) -> Publishes {
        let mut publishes = Publishes::default();
        let (sender, answer) = Answer::later();
        publishes.push(request(1, "chat", key), answer);
        drop(sender);
        assert!(publishes.poll_next(&mut Context::from_waker(Waker::noop())).is_ready());
        publishes
    }

    #[test]
    fn a_failed_publish_is_repeated_before_others_of_its_room() {
        let mut publishes = failed("a");
        assert!(!publishes.may_begin(&request(2, "chat", "b")));
        assert!(!publishes.may_begin(&request(3, "chat", "")));
        assert!(publishes.may_begin(&request(4, "news", "c")), "another room");
        assert!(publishes.may_begin(&request(5, "chat", "a")));
        assert!(publishes.may_begin(&request(6, "chat", "b")));
    }

    #[test]
    fn only_what_clients_repeat_comes_first() {
        let unavailable = PublishError::Unavailable(Unavailable);
        for error in [PublishError::RoomLimit, PublishError::HistoryLimit, unavailable, PublishError::KeyConflict] {
            let mut publishes = Publishes::default();
            let (_sender, answer) = Answer::later();
            publishes.push(request(1, "news", "a"), answer);
            publishes.push(request(2, "chat", "b"), Answer::ready(Err(error)));
            assert_eq!(publishes.may_begin(&request(3, "chat", "c")), !error.is_temporary(), "{error}");
            let mut publishes = Publishes::default();
            publishes.push(request(2, "chat", "b"), Answer::ready(Err(error)));
            assert!(publishes.poll_next(&mut Context::from_waker(Waker::noop())).is_ready());
            assert_eq!(publishes.may_begin(&request(3, "chat", "c")), error == PublishError::KeyConflict, "{error}");
        }
    }

    #[test]
    fn each_room_has_a_publish_that_is_repeated_first() {
        let mut publishes = failed("a");
        for (room, key) in [("news", "b"), ("news", "c"), ("chat", "d")] {
            publishes.push(request(2, room, key), Answer::ready(Err(PublishError::Unavailable(Unavailable))));
            assert!(publishes.poll_next(&mut Context::from_waker(Waker::noop())).is_ready());
        }
        assert!(!publishes.may_begin(&request(3, "chat", "d")) && !publishes.may_begin(&request(4, "news", "c")));
        assert!(publishes.may_begin(&request(5, "chat", "a")) && publishes.may_begin(&request(6, "chat", "d")));
        assert!(!publishes.may_begin(&request(7, "news", "c")), "another room does not matter");
        assert!(publishes.may_begin(&request(8, "news", "b")));
    }

    #[test]
    fn notices_a_failure_behind_an_unanswered_publish() {
        let mut publishes = Publishes::default();
        let (_sender, answer) = Answer::later();
        publishes.push(request(1, "news", "a"), answer);
        let (sender, answer) = Answer::later();
        publishes.push(request(2, "chat", "b"), answer);
        assert!(publishes.may_begin(&request(3, "chat", "c")), "nothing has failed");
        drop(sender);
        assert!(publishes.poll_next(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(!publishes.may_begin(&request(3, "chat", "c")));
        assert!(publishes.may_begin(&request(4, "news", "d")), "another room");
    }

    #[test]
    fn the_oldest_publish_that_has_failed_is_repeated_first() {
        let mut publishes = Publishes::default();
        let (sender, answer) = Answer::later();
        publishes.push(request(1, "chat", "a"), answer);
        publishes.push(request(2, "chat", "b"), Answer::ready(Err(PublishError::Unavailable(Unavailable))));
        assert!(!publishes.may_begin(&request(3, "chat", "c")));
        drop(sender);
        while let Poll::Ready(Some(_)) = publishes.poll_next(&mut Context::from_waker(Waker::noop())) {}
        assert!(!publishes.may_begin(&request(4, "chat", "b")) && publishes.may_begin(&request(5, "chat", "a")));
    }

    #[test]
    fn rooms_without_repetitions_are_forgotten() {
        let mut publishes = Publishes::default();
        for number in 0..=MAX_ROOMS {
            let request = request(1, &format!("room{number}"), "a");
            publishes.push(request, Answer::ready(Err(PublishError::Unavailable(Unavailable))));
            assert!(publishes.poll_next(&mut Context::from_waker(Waker::noop())).is_ready());
        }
        assert!(publishes.may_begin(&request(2, "room0", "b")) && !publishes.may_begin(&request(3, "room1", "b")));
    }

    #[test]
    fn a_client_that_does_not_repeat_goes_on() {
        assert!(failed("").may_begin(&request(2, "chat", "b")), "a message without key is not repeated");
        let mut publishes = failed("a");
        for _ in 0..MAX_REFUSED {
            assert!(!publishes.may_begin(&request(2, "chat", "b")));
        }
        assert!(publishes.may_begin(&request(2, "chat", "b")));
    }
}
