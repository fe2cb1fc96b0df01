//! Contents on their way to the members of a room.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use crate::hub::content::Content;
use crate::hub::environment::Timestamp;
use crate::hub::recipients::Recipients;

/// Bytes of contents that are delivered together: a write should fit into a socket's send buffer.
pub const GROUP_BYTES: usize = 64 * 1024;

/// Capacity that an empty queue keeps.
const KEPT_CAPACITY: usize = 256;

/// Contents that are not yet delivered.
#[derive(Default)]
pub struct Queue {
    items: VecDeque<QueuedContent>,
    bytes: usize,
    /// Whether a task delivers.
    delivering: bool,
    pushed: u64,
    /// Number of contents that were taken out for delivery.
    taken: u64,
    delivered: u64,
    /// Positions at which members joined: contents before and after one are not delivered together.
    joins: VecDeque<u64>,
    /// TaskTable that wait until more is delivered.
    wakers: Vec<Waker>,
}

struct QueuedContent {
    content: Content,
    cost: usize,
    recipients: Recipients,
    published: Timestamp,
}

/// Contents with the same recipients, in order.
pub struct Group {
    /// The contents; at least one.
    pub contents: Vec<Content>,
    /// Members that receive them.
    pub recipients: Recipients,
    /// Number of contents published before the first of them.
    pub after: u64,
    /// Time at which the first of them was published.
    pub published: Timestamp,
}

impl Queue {
    /// Appends a content; returns true if no task delivers, so that the caller spawns one.
    pub fn push(&mut self, content: Content, recipients: Recipients, published: Timestamp) -> bool {
        let cost = content.cost();
        self.bytes += cost;
        self.items.push_back(QueuedContent { content, cost, recipients, published });
        self.pushed += 1;
        !std::mem::replace(&mut self.delivering, true)
    }

    /// Records that a member joins, and returns the number of contents published before.
    pub fn mark_join(&mut self) -> u64 {
        if !self.items.is_empty() && self.joins.back() != Some(&self.pushed) {
            self.joins.push_back(self.pushed);
        }
        self.pushed
    }

    /// Takes out what is delivered next; `None`, and the delivery ends, if the queue is empty.
    pub fn take_group(&mut self) -> Option<Group> {
        let Some(&QueuedContent { recipients, published, .. }) = self.items.front() else {
            self.delivering = false;
            return None;
        };
        let (after, (count, bytes)) = (self.taken, self.measure_group(recipients));
        let contents = self.items.drain(..count).map(|item| item.content).collect();
        self.bytes -= bytes;
        self.taken += count as u64;
        if self.items.is_empty() {
            self.items.shrink_to(KEPT_CAPACITY);
        }
        Some(Group { contents, recipients, after, published })
    }

    /// Returns number and bytes of the first contents that may be delivered together.
    fn measure_group(&mut self, recipients: Recipients) -> (usize, usize) {
        while self.joins.front().is_some_and(|join| *join <= self.taken) {
            self.joins.pop_front();
        }
        let until_join = self.joins.front().map_or(u64::MAX, |join| join - self.taken);
        let (mut count, mut bytes) = (0, 0);
        for item in self.items.iter().take(usize::try_from(until_join).unwrap_or(usize::MAX)) {
            let fits = count == 0 || bytes + item.cost <= GROUP_BYTES;
            if !fits || item.recipients != recipients {
                break;
            }
            (count, bytes) = (count + 1, bytes + item.cost);
        }
        (count, bytes)
    }

    /// Records that a task ended before the queue was empty: the next content spawns another one.
    pub fn stop_delivery(&mut self) {
        self.delivering = false;
    }

    /// Records delivered contents, and returns the tasks to wake.
    #[must_use]
    pub fn add_delivered(&mut self, count: usize) -> Vec<Waker> {
        self.delivered += count as u64;
        std::mem::take(&mut self.wakers)
    }

    /// Polls a condition; if it does not hold, the task is wakes when more is delivered.
    pub fn poll(&mut self, context: &Context<'_>, condition: impl FnOnce(&Self) -> bool) -> Poll<()> {
        if condition(self) {
            return Poll::Ready(());
        }
        self.wakers.push(context.waker().clone());
        Poll::Pending
    }

    /// Returns the bytes of all contents in the queue.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the number of contents appended so far.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Returns the number of contents delivered so far.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }
}
