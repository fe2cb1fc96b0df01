//! Who may open a connection now: how many there may be, in all and from one address, how fast they
//! may come, and not while the server stops.

mod mode;
mod refused;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::config::Rate;
use crate::limits::token_bucket::TokenBucket;

pub use mode::Mode;
pub use refused::Refused;

/// Lets connections in; a handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct Admission(Arc<Door>);

#[derive(Debug)]
struct Door {
    max_connections: u32,
    max_per_address: u32,
    closed: AtomicBool,
    inside: Mutex<Inside>,
    refused: [AtomicU64; Refused::ALL.len()],
    /// How many were let in so far, by [`Mode`].
    accepted: [AtomicU64; Mode::ALL.len()],
}

#[derive(Debug)]
struct Inside {
    connections: u32,
    /// The same, by [`Mode`].
    by_mode: [u32; Mode::ALL.len()],
    from: HashMap<IpAddr, u32>,
    upgrades: Option<TokenBucket>,
}

/// A connection that was let in; it counts until this is dropped.
#[derive(Debug)]
pub struct Admitted {
    admission: Admission,
    /// Where it comes from.
    pub peer: SocketAddr,
    mode: Mode,
}

impl Admission {
    /// Lets in so many, so many of them from one address, so fast.
    pub fn new(max_connections: u32, max_per_address: u32, upgrades: Option<Rate>) -> Self {
        let inside =
            Inside { connections: 0, by_mode: [0; 4], from: HashMap::new(), upgrades: upgrades.map(TokenBucket::new) };
        Self(Arc::new(Door {
            max_connections,
            max_per_address,
            closed: AtomicBool::new(false),
            inside: Mutex::new(inside),
            refused: Default::default(),
            accepted: Default::default(),
        }))
    }

    /// Lets a connection in, or counts that it did not.
    ///
    /// # Errors
    /// Why it may not come in.
    pub fn admit(&self, peer: SocketAddr, mode: Mode) -> Result<Admitted, Refused> {
        self.try_admit(peer, mode).inspect_err(|refused| {
            self.0.refused[*refused as usize].fetch_add(1, Ordering::Relaxed);
        })
    }

    fn try_admit(&self, peer: SocketAddr, mode: Mode) -> Result<Admitted, Refused> {
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(Refused::Stopping);
        }
        let counted = network(peer.ip());
        let mut inside = self.0.inside.lock();
        if inside.connections >= self.0.max_connections {
            return Err(Refused::Full);
        }
        if counted.is_some_and(|from| inside.from.get(&from).is_some_and(|count| *count >= self.0.max_per_address)) {
            return Err(Refused::Address);
        }
        if inside.upgrades.as_mut().is_some_and(|upgrades| !upgrades.try_take()) {
            return Err(Refused::Rate);
        }
        inside.connections += 1;
        inside.by_mode[mode as usize] += 1;
        self.0.accepted[mode as usize].fetch_add(1, Ordering::Relaxed);
        if let Some(from) = counted {
            *inside.from.entry(from).or_default() += 1;
        }
        Ok(Admitted { admission: self.clone(), peer, mode })
    }

    /// Lets nobody in any more.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
    }

    /// Whether nobody is let in any more.
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Relaxed)
    }

    /// How many are inside.
    pub fn connections(&self) -> u32 {
        self.0.inside.lock().connections
    }

    /// How many there may be.
    pub fn most(&self) -> u32 {
        self.0.max_connections
    }

    /// How many are inside, and how many were let in so far.
    pub fn by_mode(&self) -> [(Mode, u32, u64); Mode::ALL.len()] {
        let inside = self.0.inside.lock().by_mode;
        Mode::ALL.map(|mode| (mode, inside[mode as usize], self.0.accepted[mode as usize].load(Ordering::Relaxed)))
    }

    /// How many were refused so far, and why.
    pub fn refused(&self) -> impl Iterator<Item = (Refused, u64)> {
        Refused::ALL.into_iter().map(|refused| (refused, self.0.refused[refused as usize].load(Ordering::Relaxed)))
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut inside = self.admission.0.inside.lock();
        inside.connections -= 1;
        inside.by_mode[self.mode as usize] -= 1;
        if let Some(from) = network(self.peer.ip())
            && let Some(count) = inside.from.get_mut(&from)
        {
            *count -= 1;
            if *count == 0 {
                inside.from.remove(&from);
            }
        }
    }
}

/// What counts as one address: with IPv6 everybody has 2^64 of them. Loopback does not count.
fn network(address: IpAddr) -> Option<IpAddr> {
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

    const fn address(a: u8, b: u8, c: u8, d: u8) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::new(a, b, c, d)), 4321)
    }

    const FAR: SocketAddr = address(192, 0, 2, 1);
    const FARTHER: SocketAddr = address(192, 0, 2, 2);
    const HERE: SocketAddr = address(127, 0, 0, 1);

    fn count(admission: &Admission, why: Refused) -> u64 {
        admission.refused().find(|(refused, _)| *refused == why).unwrap().1
    }

    #[tokio::test]
    async fn no_more_than_so_many_until_one_leaves() {
        let admission = Admission::new(2, 100, None);
        let (first, _second) = (admission.admit(FAR, Mode::Echo).unwrap(), admission.admit(HERE, Mode::Echo).unwrap());
        assert_eq!(admission.admit(FAR, Mode::Echo).err(), Some(Refused::Full));
        assert_eq!(count(&admission, Refused::Full), 1);
        drop(first);
        assert!(admission.admit(FAR, Mode::Echo).is_ok());
    }

    #[tokio::test]
    async fn one_address_does_not_take_the_place_of_others_and_loopback_is_exempt() {
        let admission = Admission::new(100, 1, None);
        let first = admission.admit(FAR, Mode::Echo).unwrap();
        assert_eq!(admission.admit(FAR, Mode::Echo).err(), Some(Refused::Address));
        let _others = [
            admission.admit(FARTHER, Mode::Echo),
            admission.admit(HERE, Mode::Echo),
            admission.admit(HERE, Mode::Echo),
        ]
        .map(Result::unwrap);
        drop(first);
        assert!(admission.admit(FAR, Mode::Echo).is_ok(), "nothing is kept of who has left");
        assert_eq!(admission.0.inside.lock().from.len(), 1);
    }

    #[tokio::test]
    async fn they_are_counted_by_what_they_are_for() {
        let admission = Admission::new(3, 100, None);
        let sse = admission.admit(FAR, Mode::Sse).unwrap();
        let _both = [Mode::Envelope, Mode::Sse].map(|mode| admission.admit(FAR, mode).unwrap());
        assert!(admission.admit(FAR, Mode::Echo).is_err());
        drop(sse);
        let counted = admission.by_mode().map(|(mode, inside, accepted)| (mode.name(), inside, accepted));
        assert_eq!(counted, [("echo", 0, 0), ("broadcast", 0, 0), ("yodel.v1", 1, 1), ("sse", 1, 2)]);
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_so_is_a_mapped_one() {
        let address = |text: &str| network(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), Some(FAR.ip()));
        assert_eq!(address("::1"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn no_faster_than_so_many_a_second() {
        let admission = Admission::new(100, 100, Some(Rate { per_second: 2, burst: 2 }));
        let _both = [admission.admit(FAR, Mode::Echo).unwrap(), admission.admit(FAR, Mode::Echo).unwrap()];
        assert_eq!(admission.admit(FAR, Mode::Echo).err(), Some(Refused::Rate));
        tokio::time::advance(std::time::Duration::from_millis(500)).await;
        assert!(admission.admit(FAR, Mode::Echo).is_ok());
    }

    #[tokio::test]
    async fn nobody_comes_in_while_the_server_stops() {
        let admission = Admission::new(100, 100, None);
        admission.close();
        assert_eq!(admission.admit(HERE, Mode::Echo).err(), Some(Refused::Stopping));
        assert_eq!(count(&admission, Refused::Stopping), 1);
    }
}
