//! Fan-out: delivery of contents to the members of a room.
//!
//! A publisher appends to a queue and continues. One task at a time delivers the queue, to a limited number of
//! members per turn, so that publishers, joins and leaves never wait for the delivery to all members.

mod delivery;
mod encoded_group;
mod members;
mod queue;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;

use super::content::Content;
use super::payload::Payload;
use super::services::HubServices;
use super::subscriber::Subscriber;
use crate::backplane::recipients::{MemberKey, Recipients};
use crate::environment::{Task, Timestamp, Work};
use delivery::Delivery;
use members::Members;
use queue::Queue;

/// Members of a room, and the contents queued for them.
///
/// Lock order: `delivery`, then `queue`, then `members`; `members` is never held while subscribers run.
pub struct Fanout<P> {
    members: Mutex<Members<P>>,
    queue: Mutex<Queue>,
    delivery: Mutex<Delivery<P>>,
    services: Arc<HubServices>,
}

impl<P: Payload> Fanout<P> {
    /// Creates a fan-out without members.
    pub fn new(services: Arc<HubServices>) -> Self {
        Self { members: Mutex::default(), queue: Mutex::default(), delivery: Mutex::default(), services }
    }

    /// Appends a content to the queue, and spawns a delivery task unless one is running.
    pub fn publish(self: &Arc<Self>, content: Content, recipients: Recipients, now: Timestamp) {
        if self.queue.lock().push(content, recipients, now) {
            let work: Arc<dyn Work> = Arc::<Self>::clone(self);
            self.services.environment.spawner.spawn(Task::new(work));
        }
    }
}

impl<P> Fanout<P> {
    /// Adds a member and returns its key. The member receives the contents published after this call. With
    /// `reserve_reply`, the subscriber reserves the place of a reply before them.
    pub fn enter(&self, subscriber: Arc<dyn Subscriber<P>>, watches: bool, reserve_reply: bool) -> MemberKey {
        let mut queue = self.queue.lock();
        let since = queue.mark_join();
        if reserve_reply {
            subscriber.reserve();
        }
        self.members.lock().insert(subscriber, since, watches)
    }

    #[cfg(feature = "redis")]
    /// Removes all members, and returns their subscribers. Nothing more is delivered to them after the turn in progress.
    pub fn remove_all(&self) -> Vec<Arc<dyn Subscriber<P>>> {
        self.members.lock().remove_all()
    }

    /// Removes a member, unless it was removed before.
    pub fn leave(&self, key: MemberKey) {
        let left = self.members.lock().remove(key);
        // Dropped outside of the lock, because dropping the last handle may close a socket.
        drop(left);
    }

    /// Waits until the turn in progress ends: afterwards nothing is delivered to members that left before. Takes about
    /// as long as writing to the members of one turn.
    pub fn finish_turn(&self) {
        drop(self.delivery.lock());
    }

    /// Ends the presence changes for a member, including those that are queued. Returns whether it received them before;
    /// then the turn in progress may still deliver one.
    pub fn stop_watching(&self, key: MemberKey) -> bool {
        self.members.lock().stop_watching(key)
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.members.lock().len()
    }

    /// Returns the number of contents published so far.
    pub fn published(&self) -> u64 {
        self.queue.lock().pushed()
    }

    /// Returns the number of bytes in the queue.
    pub fn bytes(&self) -> usize {
        self.queue.lock().bytes()
    }

    /// Returns whether publishers have to wait because the queue exceeds its limit.
    pub fn is_full(&self) -> bool {
        self.queue.lock().bytes() > self.limit()
    }

    /// Polls until the queue is within its limit.
    pub fn poll_capacity(&self, context: &Context<'_>) -> Poll<()> {
        self.queue.lock().poll(context, |queue| queue.bytes() <= self.limit())
    }

    /// Polls until the first `published` contents are delivered.
    pub fn poll_delivered(&self, published: u64, context: &Context<'_>) -> Poll<()> {
        self.queue.lock().poll(context, |queue| queue.delivered() >= published)
    }

    fn limit(&self) -> usize {
        self.services.retention.in_flight_bytes
    }
}

impl<P: Payload> Work for Fanout<P> {
    fn poll_work(&self, context: &Context<'_>) -> Poll<()> {
        let poll = self.delivery.lock().poll_turn(&self.queue, &self.members, &self.services);
        if poll.is_pending() {
            self.services.environment.spawner.defer(context.waker());
        }
        poll
    }

    fn abandon(&self) {
        self.queue.lock().stop_delivery();
    }
}

impl<P> fmt::Debug for Fanout<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fanout").field("members", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
