//! Follows of rooms: what has to happen before a member joins.

use std::sync::Arc;

use tokio::time::timeout;
use tracing::debug;
use yodel_protocol::{Offset, Position};

use super::SharedBackplane;
use super::background::RoomTask;
use super::follow_state::FollowWaiter;
use super::followed_room::FollowedRoom;
use super::followed_rooms::answer_without_messages;
use super::store::{Page, Range, Store, StoreError};
use crate::backplane::FollowAnswer;
use crate::backplane::answer::Answer;
use crate::backplane::shared::replica::FollowingReplica;

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Follows a room, or uses that it is followed.
    pub(super) fn follow_room(&self, replica: &Arc<R>, since: Option<Position>) -> FollowAnswer {
        let (answer, later) = Answer::later();
        let waiter = FollowWaiter { since, answer };
        let partition = self.store.partition(replica.name());
        let mut rooms = self.rooms.lock(partition);
        if let Some(room) = rooms.get(replica.name()).map(Arc::clone) {
            if Arc::ptr_eq(&room.replica, replica) {
                return self.join_followed(room, waiter).map_or(later, |()| Answer::ready(Ok(Vec::new())));
            }
            // Of two replicas of a room, the one with members is not closed.
            if !room.replica.end() {
                return Answer::ready(Ok(Vec::new()));
            }
            drop(room.end());
            self.store.unsubscribe(&room.name);
        }
        let room = Arc::new(FollowedRoom::new(replica, partition, waiter));
        if self.start(RoomTask::Start(Arc::clone(&room))) {
            self.rooms.insert(&mut rooms, room);
        }
        later
    }

    /// Adds a follow to a room. Returns `Some` if it needs no answer of the store.
    fn join_followed(&self, room: Arc<FollowedRoom<R>>, waiter: FollowWaiter) -> Option<()> {
        let waiter = room.enter(waiter)?;
        if room.has_since(waiter.since.as_ref()) {
            return Some(());
        }
        self.start(RoomTask::Resume(room, waiter));
        None
    }

    /// Subscribes to a room and begins it at its position. If that fails, the next follow starts from scratch.
    pub(super) async fn start_room(&self, room: &Arc<FollowedRoom<R>>) {
        let since = room.first_since();
        match timeout(self.config.follow_timeout, self.subscribe(room, since.as_ref())).await {
            Ok(Ok(page)) => self.begin_room(room, &page),
            Ok(Err(error)) => {
                debug!(room = %room.name, %error, "cannot follow a room");
                self.abandon(room);
            }
            Err(_) => {
                debug!(room = %room.name, timeout = ?self.config.follow_timeout, "following a room timed out");
                self.abandon(room);
            }
        }
    }

    async fn subscribe(&self, room: &FollowedRoom<R>, since: Option<&Position>) -> Result<Page, StoreError> {
        self.store.subscribe(&room.name).await?;
        // In this order, every message is either received or before the position.
        self.read(&room.name, self.missed_range(since)).await
    }

    fn begin_room(&self, room: &Arc<FollowedRoom<R>>, page: &Page) {
        let Ok(waiters) = room.begin(&page.position) else { return self.close(room) };
        let mut waiters = waiters.into_iter();
        if let Some(first) = waiters.next() {
            self.answer(room, first, page);
        }
        for waiter in waiters {
            self.answer_or_resume(room, waiter);
        }
        self.start(RoomTask::Presence(Arc::clone(room)));
        if room.claim_catch_up() {
            self.start(RoomTask::CatchUp(Arc::clone(room)));
        }
    }

    fn answer_or_resume(&self, room: &Arc<FollowedRoom<R>>, waiter: FollowWaiter) {
        if room.has_since(waiter.since.as_ref()) {
            answer_without_messages(vec![waiter]);
        } else {
            self.start(RoomTask::Resume(Arc::clone(room), waiter));
        }
    }

    /// Reads what a joining member has missed, and answers when the room has reached the position of the member: another
    /// node may have delivered more to it than this one, and of a newer epoch.
    pub(super) async fn resume(&self, room: &Arc<FollowedRoom<R>>, waiter: FollowWaiter) {
        match timeout(self.config.follow_timeout, self.read_missed(room, waiter.since.as_ref())).await {
            Ok(Ok(page)) => self.answer(room, waiter, &page),
            Ok(Err(error)) => debug!(room = %room.name, %error, "cannot read what a joining member has missed"),
            Err(_) => debug!(room = %room.name, "reading what a joining member has missed timed out"),
        }
    }

    async fn read_missed(&self, room: &Arc<FollowedRoom<R>>, since: Option<&Position>) -> Result<Page, StoreError> {
        loop {
            let page = self.read(&room.name, self.missed_range(since)).await?;
            self.note(room, &page.position);
            // The position of a client may be invented, so it is no reason to wait for more than there is.
            let offset = since.map_or(Offset(0), |since| since.offset.min(page.position.offset));
            if room.reach(&Position { epoch: page.position.epoch.clone(), offset }).await {
                return Ok(page);
            }
        }
    }

    fn missed_range(&self, since: Option<&Position>) -> Range {
        since.map_or(Range::Before(None, 0), |since| {
            Range::After(since.offset, self.config.recover_max.saturating_add(1))
        })
    }

    fn answer(&self, room: &FollowedRoom<R>, waiter: FollowWaiter, page: &Page) {
        let same_epoch = waiter.since.as_ref().is_some_and(|since| since.epoch == page.position.epoch);
        let messages = if same_epoch {
            self.decoder.decode_page(&room.name, &page.position.epoch, &page.messages)
        } else {
            Vec::new()
        };
        // The caller may have gone.
        drop(waiter.answer.send(Ok(messages)));
    }

    /// Forgets a room that could not be started. Its follows are answered as unavailable.
    pub(super) fn abandon(&self, room: &Arc<FollowedRoom<R>>) {
        self.rooms.remove_if(room, || true, || self.store.unsubscribe(&room.name));
        drop(room.end());
    }

    /// Forgets a room whose local side is closed. Callers find that out when they join, and look up the room again.
    pub(super) fn close(&self, room: &Arc<FollowedRoom<R>>) {
        self.rooms.remove_if(room, || true, || self.store.unsubscribe(&room.name));
        answer_without_messages(room.end());
    }
}
