//! Queue of contents to deliver.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use crate::backplane::recipients::Recipients;
use crate::environment::Timestamp;
use crate::hub::content::Content;

/// Maximum bytes of contents that are delivered together, so that a write fits into a socket's send buffer.
pub const GROUP_BYTES: usize = 64 * 1024;

/// Capacity, in contents, to which an empty queue shrinks.
const KEPT_CAPACITY: usize = 256;

/// Queue of contents that are not delivered yet.
#[derive(Default)]
pub struct Queue {
    items: VecDeque<QueuedContent>,
    bytes: usize,
    /// True if a delivery task is running.
    delivering: bool,
    pushed: u64,
    /// Number of contents that were removed for delivery.
    taken: u64,
    delivered: u64,
    /// Numbers of contents after which members joined. Contents before and after a join are not grouped.
    joins: VecDeque<u64>,
    /// Wakers of the tasks that wait for deliveries.
    wakers: Vec<Waker>,
}

struct QueuedContent {
    content: Content,
    cost: usize,
    recipients: Recipients,
    published: Timestamp,
}

/// Consecutive contents with the same recipients.
pub struct Group {
    /// The contents; at least one.
    pub contents: Vec<Content>,
    /// Recipients of the contents.
    pub recipients: Recipients,
    /// Number of contents published before the first one.
    pub after: u64,
    /// Time at which the first one was published.
    pub published: Timestamp,
}

impl Queue {
    /// Appends a content. Returns true if no delivery task is running, so that the caller has to spawn one.
    pub fn push(&mut self, content: Content, recipients: Recipients, published: Timestamp) -> bool {
        let cost = content.cost();
        self.bytes += cost;
        self.items.push_back(QueuedContent { content, cost, recipients, published });
        self.pushed += 1;
        !std::mem::replace(&mut self.delivering, true)
    }

    /// Records a join, and returns the number of contents published before it.
    pub fn mark_join(&mut self) -> u64 {
        if !self.items.is_empty() && self.joins.back() != Some(&self.pushed) {
            self.joins.push_back(self.pushed);
        }
        self.pushed
    }

    /// Removes and returns the next group to deliver. If the queue is empty, returns `None` and records that the
    /// delivery task ends.
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

    /// Returns the number and the bytes of the first contents that can be delivered together.
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

    /// Records that the delivery task was dropped before the queue was empty; the next push spawns another one.
    pub fn stop_delivery(&mut self) {
        self.delivering = false;
    }

    /// Records delivered contents, and returns the wakers of the waiting tasks.
    #[must_use]
    pub fn add_delivered(&mut self, count: usize) -> Vec<Waker> {
        self.delivered += count as u64;
        std::mem::take(&mut self.wakers)
    }

    /// Polls a condition. If it is false, the task is woken after the next delivery.
    pub fn poll(&mut self, context: &Context<'_>, condition: impl FnOnce(&Self) -> bool) -> Poll<()> {
        if condition(self) {
            return Poll::Ready(());
        }
        self.wakers.push(context.waker().clone());
        Poll::Pending
    }

    /// Returns the number of bytes of all contents in the queue.
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
