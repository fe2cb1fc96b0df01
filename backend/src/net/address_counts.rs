//! Counts per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU64;

/// Counted address: an IPv4 address, or the /64 prefix of an IPv6 address. Takes a quarter of the memory of an
/// `IpAddr`, which each open connection would need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountedAddress(NonZeroU64);

/// Number of open connections or sockets per address. Takes memory only for addresses that have some.
#[derive(Debug, Default)]
pub struct AddressCounts(HashMap<CountedAddress, u32>);

impl From<IpAddr> for CountedAddress {
    fn from(address: IpAddr) -> Self {
        let bits = match address {
            IpAddr::V6(address) => u64::try_from(address.to_bits() >> 64).unwrap_or(u64::MAX),
            // Stored as an IPv6 prefix that is never assigned.
            IpAddr::V4(address) => 1 << 32 | u64::from(address.to_bits()),
        };
        Self(NonZeroU64::new(bits).unwrap_or(NonZeroU64::MIN))
    }
}

impl AddressCounts {
    /// Counts one more for an address, unless it has reached the limit. Returns `true` if it was counted, and for
    /// `None`, which has no limit.
    pub fn add(&mut self, address: Option<CountedAddress>, limit: u32) -> bool {
        let Some(address) = address else { return true };
        let of_address = self.0.get(&address).copied().unwrap_or(0);
        let is_counted = of_address < limit;
        if is_counted {
            self.0.insert(address, of_address + 1);
        }
        is_counted
    }

    /// Counts one less for an address.
    pub fn remove(&mut self, address: Option<CountedAddress>) {
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
    fn distinguishes_addresses_by_their_prefix() {
        let of = |address: &str| CountedAddress::from(address.parse::<IpAddr>().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        let all = ["2001:db8::1", "2001:db8:0:1::1", "192.0.2.1", "192.0.2.2", "0.0.0.0", "::2"].map(of);
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), all.len());
    }

    #[test]
    fn counts_each_address_up_to_the_limit() {
        let [first, second] = [[192, 0, 2, 1], [192, 0, 2, 2]].map(|address| Some(IpAddr::from(address).into()));
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
