//! Members of a room.

use std::sync::Arc;

use slab::Slab;

use super::encoded_group::EncodedGroup;
use crate::backplane::recipients::{MemberKey, Recipients};
use crate::hub::subscriber::Subscriber;

/// Number of members per chunk.
const CHUNK: usize = 64;

/// Members of a room, by place: `CHUNK` times the index of the chunk, plus the key in the chunk. An empty chunk has no
/// memory and is skipped, so that a room that was much larger before costs no more than another one.
pub struct Members<P> {
    chunks: Vec<Slab<Member<P>>>,
    /// Index before which all chunks are full.
    first_free: usize,
    len: usize,
    /// Serial number of the next member.
    next_serial: u32,
}

/// Subscriber, and the contents that it receives.
struct Member<P> {
    subscriber: Arc<dyn Subscriber<P>>,
    /// Number of contents that were published before the member joined.
    since: u64,
    /// Serial number in the key of the member.
    serial: u32,
    /// True if the member receives presence changes.
    watches: bool,
}

impl<P> Default for Members<P> {
    fn default() -> Self {
        Self { chunks: Vec::new(), first_free: 0, len: 0, next_serial: 0 }
    }
}

impl<P> Members<P> {
    /// Adds a subscriber that receives all contents after the first `since` ones, and returns its key.
    pub fn insert(&mut self, subscriber: Arc<dyn Subscriber<P>>, since: u64, watches: bool) -> MemberKey {
        while self.chunks.get(self.first_free).is_some_and(|chunk| chunk.len() >= CHUNK) {
            self.first_free += 1;
        }
        if self.first_free == self.chunks.len() {
            // Most rooms have one chunk.
            self.chunks.reserve_exact(if self.chunks.is_empty() { 1 } else { self.chunks.len() });
            self.chunks.push(Slab::new());
        }
        self.len += 1;
        let serial = self.next_serial;
        self.next_serial = serial.wrapping_add(1);
        let place = self.chunks[self.first_free].insert(Member { subscriber, since, serial, watches });
        MemberKey { place: self.first_free * CHUNK + place, serial }
    }

    /// Removes all members, and returns their subscribers.
    #[cfg(feature = "redis")]
    pub fn remove_all(&mut self) -> Vec<Arc<dyn Subscriber<P>>> {
        let chunks = std::mem::take(&mut self.chunks);
        (self.first_free, self.len) = (0, 0);
        chunks.into_iter().flatten().map(|(_, member)| member.subscriber).collect()
    }

    /// Removes a member, and returns its subscriber; `None` if it was removed before.
    pub fn remove(&mut self, key: MemberKey) -> Option<Arc<dyn Subscriber<P>>> {
        let index = key.place / CHUNK;
        let chunk = self.chunks.get_mut(index)?;
        chunk.get(key.place % CHUNK).filter(|member| member.serial == key.serial)?;
        let member = chunk.remove(key.place % CHUNK);
        if chunk.is_empty() {
            *chunk = Slab::new();
            while self.chunks.pop_if(|last| last.is_empty()).is_some() {}
            self.chunks.shrink_to(2 * self.chunks.len());
        }
        self.len -= 1;
        self.first_free = self.first_free.min(index).min(self.chunks.len());
        Some(member.subscriber)
    }

    /// Ends the presence changes for a member. Returns whether it received them before.
    pub fn stop_watching(&mut self, key: MemberKey) -> bool {
        let member = self.chunks.get_mut(key.place / CHUNK).and_then(|chunk| chunk.get_mut(key.place % CHUNK));
        member.filter(|member| member.serial == key.serial).is_some_and(|member| std::mem::take(&mut member.watches))
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Appends the next recipients of a group to `turn`, at most `limit`, and advances the place `next`.
    pub fn collect(
        &self,
        group: &EncodedGroup<P>,
        next: &mut usize,
        limit: usize,
        turn: &mut Vec<Arc<dyn Subscriber<P>>>,
    ) {
        turn.reserve(limit.min(self.len));
        while turn.len() < limit
            && let Some(chunk) = self.chunks.get(*next / CHUNK)
        {
            let (start, offset) = (*next - *next % CHUNK, *next % CHUNK);
            if offset >= chunk.capacity() {
                *next = start + CHUNK;
                continue;
            }
            let recipient = chunk.get(offset).filter(|member| member.receives(*next, group));
            turn.extend(recipient.map(|member| Arc::clone(&member.subscriber)));
            *next += 1;
        }
    }

    /// Returns the number of places for members that a delivery looks at.
    #[cfg(test)]
    pub fn capacity(&self) -> usize {
        self.chunks.iter().map(|chunk| 1 + chunk.capacity()).sum()
    }
}

impl<P> Member<P> {
    fn receives(&self, place: usize, group: &EncodedGroup<P>) -> bool {
        // Earlier messages were in the reply to the join.
        self.since <= group.after
            && match group.recipients {
                Recipients::All => true,
                Recipients::AllBut(except) => except != MemberKey { place, serial: self.serial },
                Recipients::Watchers => self.watches,
            }
    }
}
