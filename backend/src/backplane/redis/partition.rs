//! Hash tags of partitions.

use crate::backplane::shared::store::Partition;

use super::slot::{SLOTS, slot_of};

/// Largest number of partitions.
pub const MAX_PARTITIONS: Partition = 1024;

/// Returns the hash tags of partitions: one in the middle of each of `partitions` equal ranges of slots, so that a
/// Cluster whose servers have about equal ranges has about as many partitions on each. The numbers 0 to N themselves
/// would leave some servers without one.
pub(super) fn tags(partitions: Partition) -> Vec<u32> {
    let mut tags = vec![None; usize::from(partitions)];
    let mut missing = tags.len();
    let mut candidate = 0_u32;
    while missing > 0 {
        let slot = slot_of(candidate.to_string().as_bytes());
        let (range, is_central) = locate(slot, partitions);
        if let Some(tag @ None) = tags.get_mut(range).filter(|_| is_central) {
            *tag = Some(candidate);
            missing -= 1;
        }
        candidate += 1;
    }
    tags.into_iter().flatten().collect()
}

/// Returns in which of the equal ranges a slot is, and whether it is in the middle half of it.
fn locate(slot: u16, partitions: Partition) -> (usize, bool) {
    // In units of 1/SLOTS of a range.
    let place = u32::from(slot) * u32::from(partitions);
    let (range, rest) = (place / u32::from(SLOTS), place % u32::from(SLOTS));
    let quarter = u32::from(SLOTS / 4);
    (range as usize, (quarter..3 * quarter).contains(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_spread_over_the_servers_of_a_cluster() {
        for partitions in [1, 2, 3, 16, 17, 64, 1000, MAX_PARTITIONS] {
            let slots: Vec<u16> = tags(partitions).iter().map(|tag| slot_of(tag.to_string().as_bytes())).collect();
            assert_eq!(slots.len(), usize::from(partitions));
            assert!(slots.is_sorted());
            for servers in 1..=partitions.min(100) {
                let mut counts = vec![0; usize::from(servers)];
                for slot in &slots {
                    counts[usize::from(*slot) * usize::from(servers) / usize::from(SLOTS)] += 1;
                }
                let fair = usize::from(partitions / servers);
                assert!(counts.iter().all(|count| *count + 1 >= fair && *count <= fair + 2), "{partitions} {counts:?}");
            }
        }
    }

    #[test]
    fn tags_never_change() {
        assert_eq!(tags(4), [3, 2, 1, 0]);
    }
}
