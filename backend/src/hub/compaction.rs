//! Release of the memory of maps and queues that were much larger before.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Capacity below which nothing is shrunk, in entries.
const MIN_CAPACITY: usize = 64;

/// Shrinks a map of which at most an eighth is used, which also makes it faster to iterate over. Called after each
/// removal, it takes amortized constant time.
pub fn shrink<K: Eq + Hash, V>(map: &mut HashMap<K, V>) {
    if is_sparse(map.len(), map.capacity()) {
        map.shrink_to(2 * map.len());
    }
}

/// Shrinks a queue of which at most an eighth is used, likewise in amortized constant time.
pub fn shrink_queue<T>(queue: &mut VecDeque<T>) {
    if is_sparse(queue.len(), queue.capacity()) {
        queue.shrink_to(2 * queue.len());
    }
}

fn is_sparse(length: usize, capacity: usize) -> bool {
    capacity > MIN_CAPACITY && length <= capacity / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_shrinks_after_a_peak() {
        let mut map: HashMap<_, _> = (0..10_000).map(|number| (number, number)).collect();
        for number in 3..10_000 {
            map.remove(&number);
            shrink(&mut map);
        }
        assert!(map.len() == 3 && map.capacity() <= MIN_CAPACITY, "{}", map.capacity());
    }

    #[test]
    fn a_queue_shrinks_rarely_after_a_peak() {
        let mut queue: VecDeque<_> = (0..10_000).collect();
        let mut capacities = vec![queue.capacity()];
        while queue.pop_front().is_some() {
            shrink_queue(&mut queue);
            if capacities.last() != Some(&queue.capacity()) {
                capacities.push(queue.capacity());
            }
        }
        assert!(queue.capacity() <= MIN_CAPACITY, "{capacities:?}");
        assert!(capacities.len() <= 8, "each time moves the rest of the queue: {capacities:?}");
    }
}
