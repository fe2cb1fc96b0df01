//! Backplane of a test.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Offset, Position, RoomName};

use crate::backplane::Backplane;
use crate::backplane::answer::Answer;
use crate::backplane::history::HistoryPage;
use crate::backplane::message::{Message, NewMessage};
use crate::backplane::publish::{PublishError, PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::backplane::signal::Signal;
use crate::backplane::unavailable::Unavailable;
use crate::hub::Room;
use crate::hub::testing::RecordedPayload;

/// Backplane that answers when the test says so.
#[derive(Default)]
pub struct SlowBackplane {
    pub follows: Mutex<Vec<Follow>>,
    pub presence: Mutex<Vec<Vec<PresenceEntry>>>,
}

/// A follow that the test answers.
pub type Follow = (Arc<Room<RecordedPayload>>, oneshot::Sender<Result<Vec<Arc<Message>>, Unavailable>>);

impl Backplane<Room<RecordedPayload>> for SlowBackplane {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn is_available(&self) -> bool {
        true
    }

    fn keeps_histories_here(&self) -> bool {
        false
    }

    fn publish(
        &self,
        _: &Arc<Room<RecordedPayload>>,
        _: NewMessage,
        _: Recipients,
        _: bool,
    ) -> Result<Answer<PublishOutcome, PublishError>, RoomRejection> {
        Ok(Answer::ready(Err(Unavailable.into())))
    }

    fn follow(
        &self,
        room: &Arc<Room<RecordedPayload>>,
        _: Option<&Position>,
    ) -> Answer<Vec<Arc<Message>>, Unavailable> {
        let (sender, answer) = Answer::later();
        self.follows.lock().push((Arc::clone(room), sender));
        answer
    }

    fn history(
        &self,
        _: &RoomName,
        _: Option<&Arc<Room<RecordedPayload>>>,
        _: Option<Offset>,
        _: usize,
    ) -> Answer<Option<(Position, HistoryPage)>, Unavailable> {
        Answer::ready(Ok(None))
    }

    fn signal(&self, _: Signal) -> bool {
        true
    }

    fn set_presence(&self, _: &Arc<Room<RecordedPayload>>, entries: Vec<PresenceEntry>) {
        self.presence.lock().push(entries);
    }
}
