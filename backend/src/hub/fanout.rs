//! What is on its way to the members of a room.
//!
//! A publisher only leaves its message here. One task at a time hands out what has gathered, to some
//! members and then to some more, so that neither publishers nor those who come and go ever wait
//! for all members to be served.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use slab::Slab;
use tokio::time::Instant;
use tracing::error;

use super::content::Content;
use super::meter::Meter;
use super::{Batch, Member};

/// How many members are served before others get a turn. At some microseconds each.
const TURN: usize = 256;

/// How much of what has gathered is handed out together, in bytes. What goes out in one write
/// should fit into what a socket has room for.
const TOGETHER: usize = 64 * 1024;

/// Members, and what waits for them.
pub struct Fanout<B> {
    members: Mutex<Slab<Seated<B>>>,
    queue: Mutex<Queue>,
    limit: usize,
    meter: Arc<Meter>,
}

/// A member in its seat.
struct Seated<B> {
    member: Arc<dyn Member<B>>,
    /// How much was pushed before it came.
    since: u64,
    /// Whether it hears who comes and goes.
    watches: bool,
}

/// Whom something is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    All,
    /// All but the one in this seat.
    AllBut(usize),
    /// Those who hear who comes and goes.
    Watchers,
}

struct Item {
    content: Content,
    audience: Audience,
    pushed: Instant,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
    /// A task is handing out.
    serving: bool,
    pushed: u64,
    /// How much was taken out to be handed out.
    taken: u64,
    delivered: u64,
    /// Where members came in: what was pushed before and after is not handed out together.
    borders: VecDeque<u64>,
    /// Who waits until more was delivered.
    waiting: Vec<Waker>,
}

/// What goes out together, to the same members.
struct Run<B> {
    batch: B,
    audience: Audience,
    /// How much had been pushed before it.
    after: u64,
    /// How many items it has.
    count: usize,
    /// When the first of them was pushed.
    pushed: Instant,
}

impl<B: Batch> Fanout<B> {
    /// Nobody is here; publishers have to wait once `limit` bytes were not yet handed out.
    pub fn new(limit: usize, meter: Arc<Meter>) -> Self {
        Self { members: Mutex::default(), queue: Mutex::default(), limit, meter }
    }

    /// Takes a seat, and has the member keep a place for the reply that says so: what is pushed from
    /// now on is delivered, and comes after it.
    pub fn enter(&self, member: Arc<dyn Member<B>>, watches: bool, reserves: bool) -> usize {
        let mut queue = self.queue.lock();
        let since = queue.pushed;
        if !queue.items.is_empty() && queue.borders.back() != Some(&since) {
            queue.borders.push_back(since);
        }
        if reserves {
            member.reserve();
        }
        self.members.lock().insert(Seated { member, since, watches })
    }

    /// Adds something; true when nobody is handing out, so that the caller has to see to it.
    pub fn push(&self, content: Content, audience: Audience) -> bool {
        let mut queue = self.queue.lock();
        queue.bytes += content.cost();
        queue.items.push_back(Item { content, audience, pushed: Instant::now() });
        queue.pushed += 1;
        !std::mem::replace(&mut queue.serving, true)
    }

    /// Nobody hands out any more, although something is left.
    pub fn abandon(&self) {
        self.queue.lock().serving = false;
    }

    /// Hands out until nothing is left.
    pub async fn serve(&self) {
        // Whoever is about to publish does so first, and it all goes out in one write.
        tokio::task::yield_now().await;
        let mut turn = Vec::with_capacity(TURN.min(self.len()));
        while let Some(run) = self.next() {
            let (mut next, mut served) = (0, 0);
            while self.collect(&run, &mut next, &mut turn) {
                served += turn.len();
                for member in turn.drain(..) {
                    deliver(&*member, &run.batch);
                }
                tokio::task::yield_now().await;
            }
            self.meter.delivered(run.count * served, run.pushed.elapsed());
            self.delivered(run.count);
        }
    }

    /// What goes out next; `None` when it is nothing.
    fn next(&self) -> Option<Run<B>> {
        let mut queue = self.queue.lock();
        let Some(first) = queue.items.front() else {
            queue.serving = false;
            return None;
        };
        let (audience, pushed, after) = (first.audience, first.pushed, queue.taken);
        while queue.borders.front().is_some_and(|border| *border <= after) {
            queue.borders.pop_front();
        }
        let most = queue.borders.front().map_or(u64::MAX, |border| border - after);
        let mut bytes = 0;
        let run = queue.items.iter().take(usize::try_from(most).unwrap_or(usize::MAX)).take_while(|item| {
            let fits = bytes == 0 || bytes + item.content.cost() <= TOGETHER;
            bytes += item.content.cost();
            fits && item.audience == audience
        });
        let count = run.count();
        let contents: Vec<Content> = queue.items.drain(..count).map(|item| item.content).collect();
        queue.bytes -= contents.iter().map(Content::cost).sum::<usize>();
        queue.taken += count as u64;
        if queue.items.is_empty() {
            queue.items.shrink_to(TURN);
        }
        drop(queue);
        Some(Run { batch: B::of(contents), audience, after, count, pushed })
    }

    /// The members of the next turn; false when there are none left.
    fn collect(&self, run: &Run<B>, next: &mut usize, turn: &mut Vec<Arc<dyn Member<B>>>) -> bool {
        let members = self.members.lock();
        while *next < members.capacity() && turn.len() < TURN {
            let hears = members.get(*next).filter(|seated| run.is_for(*next, seated));
            turn.extend(hears.map(|seated| Arc::clone(&seated.member)));
            *next += 1;
        }
        !turn.is_empty()
    }

    fn delivered(&self, count: usize) {
        let mut queue = self.queue.lock();
        queue.delivered += count as u64;
        for waker in std::mem::take(&mut queue.waiting) {
            waker.wake();
        }
    }
}

impl<B> Fanout<B> {
    /// Gives up a seat.
    pub fn leave(&self, key: usize) {
        let left = self.members.lock().remove(key);
        // Its last handle may close a socket: not while others wait for the lock.
        drop(left);
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.lock().len()
    }

    /// How much was pushed so far.
    pub fn pushed(&self) -> u64 {
        self.queue.lock().pushed
    }

    /// How many bytes wait to be handed out.
    pub fn bytes(&self) -> usize {
        self.queue.lock().bytes
    }

    /// Ready when a publisher may go on.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.queue.lock().poll(context, |queue| queue.bytes <= self.limit)
    }

    /// Whether a publisher has to wait.
    pub fn is_full(&self) -> bool {
        self.queue.lock().bytes > self.limit
    }

    /// Ready when so much was delivered.
    pub fn poll_delivered(&self, pushed: u64, context: &Context<'_>) -> Poll<()> {
        self.queue.lock().poll(context, |queue| queue.delivered >= pushed)
    }
}

/// A defect that shows in one member must not keep the others from hearing anything ever again.
fn deliver<B>(member: &dyn Member<B>, batch: &B) {
    if catch_unwind(AssertUnwindSafe(|| member.deliver(batch))).is_err() {
        error!("a member could not be served");
    }
}

impl<B> Run<B> {
    fn is_for(&self, key: usize, seated: &Seated<B>) -> bool {
        // What was pushed before it came it was told when it came.
        seated.since <= self.after
            && match self.audience {
                Audience::All => true,
                Audience::AllBut(but) => key != but,
                Audience::Watchers => seated.watches,
            }
    }
}

impl Queue {
    fn poll(&mut self, context: &Context<'_>, condition: impl FnOnce(&Self) -> bool) -> Poll<()> {
        if condition(self) {
            return Poll::Ready(());
        }
        self.waiting.push(context.waker().clone());
        Poll::Pending
    }
}

impl<B> fmt::Debug for Fanout<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fanout").field("members", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
