//! Publishes of a connection whose answers come later.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::backplane::answer::Answer;
use crate::backplane::publish::{PublishError, PublishOutcome};

/// Publishes in progress, each with the data for its reply, in the order of their requests. They are executed even if
/// this is dropped.
#[derive(Debug)]
pub struct InFlight<T>(VecDeque<(T, Answer<PublishOutcome, PublishError>)>);

impl<T> Default for InFlight<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> InFlight<T> {
    /// Adds a publish.
    pub fn push(&mut self, request: T, answer: Answer<PublishOutcome, PublishError>) {
        self.0.push_back((request, answer));
    }

    /// Polls for the answer to the oldest publish; ready with `None` if there is none.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<(T, Result<PublishOutcome, PublishError>)>> {
        let Some((_, answer)) = self.0.front_mut() else { return Poll::Ready(None) };
        let result = ready!(Pin::new(answer).poll(context));
        Poll::Ready(self.0.pop_front().map(|(request, _)| (request, result)))
    }

    /// Returns whether a publish that matches has failed, and is to be repeated. Its answer may not have been polled, because
    /// that of an earlier publish is not there.
    pub fn has_failed(&mut self, matches: impl Fn(&T) -> bool) -> bool {
        let mut matching = self.0.iter_mut().filter(|(request, _)| matches(request));
        matching.any(|(_, answer)| answer.error().is_some_and(|error| error.is_temporary()))
    }

    /// Returns the number of publishes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use yodel_protocol::{Epoch, Offset, Position};

    use super::*;
    use crate::backplane::unavailable::Unavailable;

    #[test]
    fn answers_in_the_order_of_the_requests() {
        let mut in_flight = InFlight::default();
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(in_flight.poll_next(&mut context), Poll::Ready(None)));
        let (first, answer) = Answer::later();
        in_flight.push(1, answer);
        let position = Position { epoch: Epoch::new("e").unwrap(), offset: Offset(7) };
        let outcome = PublishOutcome { position, duplicate: false };
        in_flight.push(2, Answer::ready(Ok(outcome.clone())));
        assert!(in_flight.poll_next(&mut context).is_pending());
        assert_eq!(in_flight.len(), 2);
        drop(first);
        let error = Err(PublishError::Unavailable(Unavailable));
        assert_eq!(in_flight.poll_next(&mut context), Poll::Ready(Some((1, error))));
        assert_eq!(in_flight.poll_next(&mut context), Poll::Ready(Some((2, Ok(outcome)))));
        assert!(in_flight.is_empty());
    }
}
