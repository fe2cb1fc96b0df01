//! Budget of the memory that connections buffer, all together.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Number of shards of the shared buffers.
const SHARDS: usize = 16;

/// Part of the buffered memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryPart {
    /// Messages that wait for a slow reader. Receivers share the bytes, which count once.
    Queues,
    /// Replies to requests that wait for a slow reader.
    Replies,
    /// Messages that have arrived in part, and input that is not handled yet.
    Messages,
    /// Compression contexts of connections.
    Compression,
}

/// Budget of the buffered memory; cheap to clone.
#[derive(Clone, Debug)]
pub struct MemoryBudget(Arc<BudgetInner>);

#[derive(Debug)]
struct BudgetInner {
    limit: usize,
    parts: [AtomicUsize; MemoryPart::ALL.len()],
    /// Number of users of each shared buffer, by its address.
    shared: [Mutex<HashMap<usize, u32>>; SHARDS],
    hasher: RandomState,
    exceeded: Notify,
    shed: AtomicU64,
}

/// Memory of a queued buffer, which counts until this is dropped.
#[derive(Debug)]
pub struct BufferMemory {
    budget: MemoryBudget,
    part: MemoryPart,
    bytes: usize,
    shared: Option<SharedBuffer>,
}

/// Buffer that other connections may use as well.
#[derive(Clone, Copy, Debug)]
struct SharedBuffer {
    address: usize,
    overhead: usize,
}

impl MemoryPart {
    /// All parts.
    pub const ALL: [Self; 4] = [Self::Queues, Self::Replies, Self::Messages, Self::Compression];

    /// Returns the value of the metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Queues => "queues",
            Self::Replies => "replies",
            Self::Messages => "messages",
            Self::Compression => "compression",
        }
    }
}

impl MemoryBudget {
    /// Creates a budget of `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(BudgetInner {
            limit,
            parts: Default::default(),
            shared: Default::default(),
            hasher: RandomState::new(),
            exceeded: Notify::new(),
            shed: AtomicU64::new(0),
        }))
    }

    /// Records that the memory of a part changed from `before` to `after` bytes.
    pub fn replace(&self, part: MemoryPart, before: usize, after: usize) {
        // If `after` is less than `before`, both operations wrap, and the result is correct.
        self.0.parts[part as usize].fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
        if after > before && self.excess() > 0 {
            self.0.exceeded.notify_one();
        }
    }

    /// Counts a buffer that only one connection uses.
    pub fn own(&self, part: MemoryPart, bytes: usize) -> BufferMemory {
        self.replace(part, 0, bytes);
        BufferMemory { budget: self.clone(), part, bytes, shared: None }
    }

    /// Counts a buffer that other connections may use as well, and `overhead` bytes that they do not share. The buffer
    /// must live longer than the result.
    pub fn share(&self, part: MemoryPart, buffer: &[u8], overhead: usize) -> BufferMemory {
        let (address, bytes) = (buffer.as_ptr().addr(), buffer.len() + overhead);
        let users = {
            let mut shard = self.shard(address).lock();
            let users = shard.entry(address).or_insert(0);
            *users += 1;
            *users
        };
        self.replace(part, 0, if users == 1 { bytes } else { overhead });
        BufferMemory { budget: self.clone(), part, bytes, shared: Some(SharedBuffer { address, overhead }) }
    }

    /// Counts a connection that was closed because the budget was exceeded.
    pub fn add_shed(&self) {
        self.0.shed.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of connections that were closed because the budget was exceeded.
    pub fn shed(&self) -> u64 {
        self.0.shed.load(Ordering::Relaxed)
    }

    /// Returns the maximum number of bytes.
    pub fn limit(&self) -> usize {
        self.0.limit
    }

    /// Returns the memory of a part, in bytes.
    pub fn part(&self, part: MemoryPart) -> usize {
        self.0.parts[part as usize].load(Ordering::Relaxed)
    }

    /// Returns the number of bytes above the limit.
    pub fn excess(&self) -> usize {
        MemoryPart::ALL.map(|part| self.part(part)).iter().sum::<usize>().saturating_sub(self.0.limit)
    }

    /// Waits until the limit is exceeded.
    pub async fn exceeded(&self) {
        while self.excess() == 0 {
            self.0.exceeded.notified().await;
        }
    }

    /// Removes a user of a shared buffer, and returns whether it was the last one.
    fn release(&self, address: usize) -> bool {
        let mut shard = self.shard(address).lock();
        let last = shard.get_mut(&address).is_none_or(|users| {
            *users -= 1;
            *users == 0
        });
        if last {
            shard.remove(&address);
        }
        last
    }

    fn shard(&self, address: usize) -> &Mutex<HashMap<usize, u32>> {
        // The bound keeps the modulo within usize.
        &self.0.shared[usize::try_from(self.0.hasher.hash_one(address) % SHARDS as u64).unwrap_or(0)]
    }
}

impl BufferMemory {
    /// Returns the memory in bytes, as if no other connection used the buffer.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for BufferMemory {
    fn drop(&mut self) {
        let freed = match self.shared {
            Some(SharedBuffer { address, overhead }) if !self.budget.release(address) => overhead,
            _ => self.bytes,
        };
        self.budget.replace(self.part, freed, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_a_shared_buffer_once_until_its_last_user() {
        let (budget, buffer) = (MemoryBudget::new(1000), vec![0; 100]);
        let [first, second, third] = [(); 3].map(|()| budget.share(MemoryPart::Queues, &buffer, 7));
        let own = budget.own(MemoryPart::Replies, 50);
        assert_eq!(MemoryPart::ALL.map(|part| budget.part(part)), [121, 50, 0, 0]);
        drop((first, third));
        assert_eq!((budget.part(MemoryPart::Queues), second.bytes()), (107, 107));
        drop((second, own));
        assert_eq!(MemoryPart::ALL.map(|part| budget.part(part)), [0; 4]);
    }

    #[tokio::test]
    async fn reports_an_excess_at_once() {
        let budget = MemoryBudget::new(100);
        let small = budget.own(MemoryPart::Replies, 100);
        assert_eq!(budget.excess(), 0);
        let large = budget.own(MemoryPart::Messages, 10);
        budget.exceeded().await;
        assert_eq!(budget.excess(), 10);
        drop((small, large));
        assert_eq!(budget.excess(), 0);
    }
}
