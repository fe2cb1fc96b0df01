//! A map in many parts, each with a lock of its own: who looks for one thing does not wait for those
//! who look for others.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

use parking_lot::Mutex;

/// How many parts: many more than there are cores.
const PARTS: usize = 64;

/// A map that many use at once.
#[derive(Debug)]
pub struct Shards<K, V> {
    parts: Box<[Mutex<HashMap<K, V>>]>,
    hasher: RandomState,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { parts: std::iter::repeat_with(Mutex::default).take(PARTS).collect(), hasher: RandomState::new() }
    }
}

impl<K: Eq + Hash, V> Shards<K, V> {
    /// Does something with the part that a key belongs to. It should be little: others wait.
    pub fn with<Q: Hash + ?Sized, R>(&self, key: &Q, act: impl FnOnce(&mut HashMap<K, V>) -> R) -> R
    where
        K: Borrow<Q>,
    {
        // The bound keeps the modulo within usize.
        let part = usize::try_from(self.hasher.hash_one(key) % PARTS as u64).unwrap_or(0);
        act(&mut self.parts[part].lock())
    }

    /// A copy of what a key stands for.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        V: Clone,
    {
        self.with(key, |map| map.get(key).cloned())
    }

    /// Does something with each part, one after the other.
    pub fn each(&self, mut act: impl FnMut(&mut HashMap<K, V>)) {
        for part in &self.parts {
            act(&mut part.lock());
        }
    }

    /// How many there are in all; meanwhile some may come and go.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.lock().len()).sum()
    }
}
