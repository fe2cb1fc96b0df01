//! Sharded concurrent map.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

use parking_lot::Mutex;

use super::compaction;

/// Number of shards, many more than cores, so that accesses to different keys rarely contend.
const SHARDS: usize = 64;

/// Concurrent hash map in shards, each with its own lock.
#[derive(Debug)]
pub struct Shards<K, V> {
    shards: Box<[Mutex<HashMap<K, V>>]>,
    hasher: RandomState,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { shards: std::iter::repeat_with(Mutex::default).take(SHARDS).collect(), hasher: RandomState::new() }
    }
}

impl<K: Eq + Hash, V> Shards<K, V> {
    /// Runs `act` on the shard of a key, under its lock.
    pub fn with<Q: Hash + ?Sized, R>(&self, key: &Q, act: impl FnOnce(&mut HashMap<K, V>) -> R) -> R
    where
        K: Borrow<Q>,
    {
        // The bound keeps the modulo within usize.
        let shard = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or(0);
        let mut map = self.shards[shard].lock();
        let result = act(&mut map);
        compaction::shrink(&mut map);
        result
    }

    /// Returns a clone of the value of a key, if present.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        V: Clone,
    {
        self.with(key, |map| map.get(key).cloned())
    }

    /// Runs `act` on each shard, under its lock, one after the other.
    pub fn each(&self, mut act: impl FnMut(&mut HashMap<K, V>)) {
        for shard in &self.shards {
            let mut map = shard.lock();
            act(&mut map);
            compaction::shrink(&mut map);
        }
    }

    /// Returns the number of entries. Locks the shards one after the other: concurrent changes may be
    /// counted or not.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }
}
