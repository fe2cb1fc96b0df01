//! Release of the memory of maps that were much larger before.

use std::collections::HashMap;
use std::hash::Hash;

/// Capacity below which a map is not shrunk, in entries.
const MIN_CAPACITY: usize = 64;

/// Shrinks a map of which at most an eighth is used, which also makes it faster to iterate over. Called after each
/// removal, it takes amortized constant time.
pub fn shrink<K: Eq + Hash, V>(map: &mut HashMap<K, V>) {
    if map.capacity() > MIN_CAPACITY && map.len() <= map.capacity() / 8 {
        map.shrink_to(2 * map.len());
    }
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
}
