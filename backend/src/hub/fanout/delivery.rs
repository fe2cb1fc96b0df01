//! Delivery of a queue to the members, in limited turns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use parking_lot::Mutex;
use tracing::error;

use super::encoded_group::EncodedGroup;
use super::members::Members;
use super::queue::Queue;
use crate::hub::payload::Payload;
use crate::hub::services::HubServices;
use crate::hub::subscriber::Subscriber;

/// Maximum number of members per turn, at some microseconds each.
pub const TURN: usize = 256;

/// State of a delivery. It outlives the task, so the next task continues where one was dropped.
pub struct Delivery<P> {
    /// True if the task has been polled once.
    started: bool,
    group: Option<EncodedGroup<P>>,
    /// Key of the next member to deliver to.
    next: usize,
    /// Number of members that received the current group.
    served: usize,
    turn: Vec<Arc<dyn Subscriber<P>>>,
}

impl<P> Default for Delivery<P> {
    fn default() -> Self {
        Self { started: false, group: None, next: 0, served: 0, turn: Vec::new() }
    }
}

impl<P: Payload> Delivery<P> {
    /// Delivers to the members of one turn. Returns pending while something is left.
    pub fn poll_turn(&mut self, queue: &Mutex<Queue>, members: &Mutex<Members<P>>, services: &HubServices) -> Poll<()> {
        if !std::mem::replace(&mut self.started, true) {
            // Ready publishers run first, so that their contents are delivered in the same write.
            return Poll::Pending;
        }
        while let Some(group) = self.group.take().or_else(|| next_group(queue)) {
            members.lock().collect(&group, &mut self.next, TURN, &mut self.turn);
            if !self.turn.is_empty() {
                self.serve(&group);
                self.group = Some(group);
                return Poll::Pending;
            }
            self.finish(&group, queue, services);
        }
        *self = Self::default();
        Poll::Ready(())
    }

    fn serve(&mut self, group: &EncodedGroup<P>) {
        self.served += self.turn.len();
        for subscriber in self.turn.drain(..) {
            deliver(&*subscriber, &group.payload);
        }
    }

    fn finish(&mut self, group: &EncodedGroup<P>, queue: &Mutex<Queue>, services: &HubServices) {
        let time = services.now().since(group.published);
        services.metrics.add_delivery(group.count * self.served, time);
        (self.next, self.served) = (0, 0);
        let wakers = queue.lock().add_delivered(group.count);
        wakers.into_iter().for_each(std::task::Waker::wake);
    }
}

fn next_group<P: Payload>(queue: &Mutex<Queue>) -> Option<EncodedGroup<P>> {
    let group = queue.lock().take_group()?;
    Some(EncodedGroup::new(group))
}

/// Delivers to one member, and catches panics, which must not stop the delivery to the others.
fn deliver<P>(subscriber: &dyn Subscriber<P>, payload: &P) {
    if catch_unwind(AssertUnwindSafe(|| subscriber.deliver(payload))).is_err() {
        error!("delivery to a subscriber panicked; continuing with the next one");
    }
}
