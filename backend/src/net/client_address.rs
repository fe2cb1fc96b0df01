//! The address under which a client is counted.

use std::net::{IpAddr, Ipv6Addr};

/// Returns the address under which a client is counted: the /64 prefix of an IPv6 address, since one host can use
/// all of it. `None` for loopback, which has no limit per address.
pub fn counted(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    if address.is_loopback() {
        return None;
    }
    match address {
        IpAddr::V6(address) => Some(Ipv6Addr::from_bits((address.to_bits() >> 64) << 64).into()),
        address @ IpAddr::V4(_) => Some(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_an_ipv6_prefix_and_a_mapped_ipv4_as_one_address() {
        let address = |text: &str| counted(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        assert_eq!(address("::1"), None);
    }
}
