//! One room: its members, and what is on its way to them.
//!
//! A publisher only leaves its batch here. One task at a time hands out what has gathered, to some
//! members and then to some more, so that neither publishers nor those who come and go ever wait
//! for all members to be served.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use slab::Slab;
use tracing::error;

use super::{Batch, Member};

/// How many members are served before others get a turn. At some microseconds each.
const TURN: usize = 256;

/// How much of what has gathered is handed out together, in bytes. What goes out in one write
/// should fit into what a socket has room for.
const TOGETHER: usize = 64 * 1024;

/// Members, and what waits for them.
pub struct Room<B> {
    members: Mutex<Slab<Arc<dyn Member<B>>>>,
    gathered: Mutex<Gathered<B>>,
    limit: usize,
}

struct Gathered<B> {
    batches: Vec<B>,
    bytes: usize,
    /// A task is handing out.
    serving: bool,
    published: u64,
    delivered: u64,
    /// Who waits until more was delivered.
    waiting: Vec<Waker>,
}

impl<B: Batch> Room<B> {
    pub fn new(limit: usize) -> Self {
        let (batches, waiting) = (Vec::new(), Vec::new());
        let gathered = Gathered { batches, bytes: 0, serving: false, published: 0, delivered: 0, waiting };
        Self { members: Mutex::default(), gathered: Mutex::new(gathered), limit }
    }

    pub fn enter(&self, member: Arc<dyn Member<B>>) -> usize {
        self.members.lock().insert(member)
    }

    /// Adds a batch; true when nobody is handing out, so that the caller has to see to it.
    pub fn push(&self, batch: B) -> bool {
        let mut gathered = self.gathered.lock();
        gathered.bytes += batch.cost();
        gathered.batches.push(batch);
        gathered.published += 1;
        !std::mem::replace(&mut gathered.serving, true)
    }

    /// Hands out until nothing is left.
    pub async fn serve(self: Arc<Self>) {
        // Whoever is about to publish does so first, and it all goes out in one write.
        tokio::task::yield_now().await;
        let mut turn = Vec::with_capacity(TURN);
        while let Some((batch, count)) = self.next() {
            let mut next = 0;
            while self.collect(&mut next, &mut turn) {
                for member in turn.drain(..) {
                    deliver(&*member, &batch);
                }
                tokio::task::yield_now().await;
            }
            self.delivered(count);
        }
    }

    /// What has gathered, and how many batches that were; `None` when it is nothing.
    fn next(&self) -> Option<(B, usize)> {
        let mut gathered = self.gathered.lock();
        let mut bytes = 0;
        let count = gathered.batches.iter().take_while(|batch| {
            let fits = bytes == 0 || bytes + batch.cost() <= TOGETHER;
            bytes += batch.cost();
            fits
        });
        let count = count.count();
        if count == 0 {
            gathered.serving = false;
            return None;
        }
        let batch = B::join(&gathered.batches[..count]);
        gathered.batches.drain(..count);
        gathered.bytes = gathered.batches.iter().map(Batch::cost).sum();
        Some((batch, count))
    }

    /// The members of the next turn; false when there are none left.
    fn collect(&self, next: &mut usize, turn: &mut Vec<Arc<dyn Member<B>>>) -> bool {
        let members = self.members.lock();
        while *next < members.capacity() && turn.len() < TURN {
            turn.extend(members.get(*next).cloned());
            *next += 1;
        }
        !turn.is_empty()
    }

    fn delivered(&self, count: usize) {
        let mut gathered = self.gathered.lock();
        gathered.delivered += count as u64;
        for waker in std::mem::take(&mut gathered.waiting) {
            waker.wake();
        }
    }

    pub fn published(&self) -> u64 {
        self.gathered.lock().published
    }

    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.gathered.lock().poll(context, |gathered| gathered.bytes <= self.limit)
    }

    pub fn poll_delivered(&self, batches: u64, context: &Context<'_>) -> Poll<()> {
        self.gathered.lock().poll(context, |gathered| gathered.delivered >= batches)
    }
}

impl<B> Room<B> {
    pub fn leave(&self, key: usize) {
        let left = self.members.lock().remove(key);
        // Its last handle may close a socket: not while others wait for the lock.
        drop(left);
    }
}

/// A defect that shows in one member must not keep the others from hearing anything ever again.
fn deliver<B>(member: &dyn Member<B>, batch: &B) {
    if catch_unwind(AssertUnwindSafe(|| member.deliver(batch))).is_err() {
        error!("a member could not be served");
    }
}

impl<B> Gathered<B> {
    fn poll(&mut self, context: &Context<'_>, condition: impl FnOnce(&Self) -> bool) -> Poll<()> {
        if condition(self) {
            return Poll::Ready(());
        }
        self.waiting.push(context.waker().clone());
        Poll::Pending
    }
}

impl<B> fmt::Debug for Room<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").field("members", &self.members.lock().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
