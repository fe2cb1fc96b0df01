//! Members of a room.

use std::sync::Arc;

use slab::Slab;

use super::encoded_group::EncodedGroup;
use crate::hub::recipients::Recipients;
use crate::hub::subscriber::Subscriber;

/// Members of a room, by key.
pub struct Members<P>(Slab<Member<P>>);

/// Subscriber, and the contents that it receives.
struct Member<P> {
    subscriber: Arc<dyn Subscriber<P>>,
    /// Number of contents that were published before the member joined.
    since: u64,
    /// True if the member receives presence changes.
    watches: bool,
}

impl<P> Default for Members<P> {
    fn default() -> Self {
        Self(Slab::new())
    }
}

impl<P> Members<P> {
    /// Adds a subscriber that receives all contents after the first `since` ones, and returns its key.
    pub fn insert(&mut self, subscriber: Arc<dyn Subscriber<P>>, since: u64, watches: bool) -> usize {
        self.0.insert(Member { subscriber, since, watches })
    }

    /// Removes a member, and returns its subscriber.
    ///
    /// # Panics
    /// If there is no member with this key.
    pub fn remove(&mut self, key: usize) -> Arc<dyn Subscriber<P>> {
        self.0.remove(key).subscriber
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Appends the next recipients of a group to `turn`, at most `limit`, and advances the key `next`.
    pub fn collect(
        &self,
        group: &EncodedGroup<P>,
        next: &mut usize,
        limit: usize,
        turn: &mut Vec<Arc<dyn Subscriber<P>>>,
    ) {
        turn.reserve(limit.min(self.0.len()));
        while *next < self.0.capacity() && turn.len() < limit {
            let recipient = self.0.get(*next).filter(|member| member.receives(*next, group));
            turn.extend(recipient.map(|member| Arc::clone(&member.subscriber)));
            *next += 1;
        }
    }
}

impl<P> Member<P> {
    fn receives(&self, key: usize, group: &EncodedGroup<P>) -> bool {
        // Earlier messages were in the reply to the join.
        self.since <= group.after
            && match group.recipients {
                Recipients::All => true,
                Recipients::AllBut(except) => key != except,
                Recipients::Watchers => self.watches,
            }
    }
}
