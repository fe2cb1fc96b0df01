//! Counts per address.

use std::collections::HashMap;
use std::net::IpAddr;

/// Number of open connections or sockets per address. Takes memory only for addresses that have some.
#[derive(Debug, Default)]
pub struct AddressCounts(HashMap<IpAddr, u32>);

impl AddressCounts {
    /// Counts one more for an address, unless it has reached the limit. Returns `true` if it was counted, and for
    /// `None`, which has no limit.
    pub fn add(&mut self, address: Option<IpAddr>, limit: u32) -> bool {
        let Some(address) = address else { return true };
        let of_address = self.0.get(&address).copied().unwrap_or(0);
        let is_counted = of_address < limit;
        if is_counted {
            self.0.insert(address, of_address + 1);
        }
        is_counted
    }

    /// Counts one less for an address.
    pub fn remove(&mut self, address: Option<IpAddr>) {
        let Some(address) = address else { return };
        if let Some(count) = self.0.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&address);
            }
        }
    }

    /// Returns the number of addresses with a count.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_address_up_to_the_limit() {
        let (first, second) = (Some(IpAddr::from([192, 0, 2, 1])), Some(IpAddr::from([192, 0, 2, 2])));
        let mut counts = AddressCounts::default();
        assert!(counts.add(first, 2) && counts.add(first, 2) && counts.add(second, 2));
        assert!(!counts.add(first, 2), "the limit is reached");
        counts.remove(first);
        assert!(counts.add(first, 2), "a removed one no longer counts");
        for address in [first, first, second] {
            counts.remove(address);
        }
        assert_eq!(counts.len(), 0);
        assert!(counts.add(None, 0), "no address, no limit");
    }
}
