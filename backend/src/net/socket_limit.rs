//! Limit of accepted sockets of all kinds, in total and per address.
//!
//! WebSocket connections and event streams have a limit of their own. This one also covers sockets in a TLS handshake,
//! with an incomplete request, or with responses that the client does not read.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::address_counts::{AddressCounts, CountedAddress};
use super::client_address;
use crate::config::AddressRange;

/// Number of sockets beyond the limit that are still accepted, so that probes get a response from a full server, and
/// other clients an error instead of silence. The next one takes the place of the oldest, so nobody can occupy them.
const RESERVE: usize = 16;

/// The limit of accepted sockets; cheap to clone.
#[derive(Clone, Debug)]
pub struct SocketLimit(Arc<SharedLimit>);

#[derive(Debug)]
struct SharedLimit {
    max_sockets: u32,
    max_per_address: u32,
    /// Addresses of proxies, which count in the total only: each has the sockets of many clients.
    proxies: Vec<AddressRange>,
    counts: Mutex<SocketCounts>,
    refused: AtomicU64,
}

/// Numbers of open sockets.
#[derive(Debug, Default)]
struct SocketCounts {
    total: u32,
    by_address: AddressCounts,
    /// The open sockets beyond the limit with their numbers, the oldest first.
    reserve: VecDeque<(NonZeroU64, CancellationToken)>,
    /// Number of sockets beyond the limit so far.
    latest: u64,
}

/// An accepted socket, which counts against the limit until this is dropped.
#[derive(Debug)]
pub struct SocketPermit {
    limit: SocketLimit,
    address: Option<CountedAddress>,
    /// Number of the socket in the reserve; `None` if it was accepted within the limit.
    number: Option<NonZeroU64>,
}

/// Result of accepting a socket.
#[derive(Debug)]
pub enum Acceptance {
    /// Every request is served.
    Served(SocketPermit),
    /// The limit is reached: only probes are served, and other requests are rejected. The token is canceled when the
    /// socket has to make room for a later one.
    Probes(SocketPermit, CancellationToken),
    /// The address has reached its limit: the socket is closed without a response.
    Refused,
}

impl SocketLimit {
    /// Creates a limit. Loopback addresses and those of proxies count in the total only.
    pub fn new(max_sockets: u32, max_per_address: u32, proxies: Vec<AddressRange>) -> Self {
        let (counts, refused) = (Mutex::default(), AtomicU64::new(0));
        Self(Arc::new(SharedLimit { max_sockets, max_per_address, proxies, counts, refused }))
    }

    /// Counts a new socket of a client with this address.
    pub fn accept(&self, address: IpAddr) -> Acceptance {
        let address = self.counted(address);
        let mut counts = self.0.counts.lock();
        let is_full = counts.total >= self.0.max_sockets;
        if !counts.by_address.add(address, self.0.max_per_address) {
            self.0.refused.fetch_add(1, Ordering::Relaxed);
            return Acceptance::Refused;
        }
        counts.total += 1;
        let permit = |number| SocketPermit { limit: self.clone(), address, number };
        if !is_full {
            return Acceptance::Served(permit(None));
        }
        let evicted = CancellationToken::new();
        let (number, oldest) = counts.add_to_reserve(evicted.clone());
        drop(counts);
        if let Some(oldest) = oldest {
            oldest.cancel();
            self.0.refused.fetch_add(1, Ordering::Relaxed);
        }
        Acceptance::Probes(permit(Some(number)), evicted)
    }

    fn counted(&self, address: IpAddr) -> Option<CountedAddress> {
        client_address::counted(address).filter(|_| !self.is_proxy(address)).map(CountedAddress::from)
    }

    /// Returns whether an address is that of a proxy.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.0.proxies.iter().any(|range| range.contains(address))
    }

    /// Returns whether more than three quarters of the sockets are in use. Connections should then not be kept open
    /// for further requests.
    pub fn is_nearly_full(&self) -> bool {
        self.open() / 3 >= self.0.max_sockets / 4
    }

    /// Returns the number of open sockets.
    pub fn open(&self) -> u32 {
        self.0.counts.lock().total
    }

    /// Returns the maximum number of sockets that are served.
    pub fn max_sockets(&self) -> u32 {
        self.0.max_sockets
    }

    /// Returns the number of sockets that were closed because of a limit.
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }
}

impl SocketPermit {
    /// Counts the socket of a proxy for the address of its client. Returns false if that has reached its limit.
    pub fn count_client(&mut self, address: IpAddr) -> bool {
        let address = self.limit.counted(address);
        let is_counted = self.limit.0.counts.lock().by_address.add(address, self.limit.0.max_per_address);
        if is_counted {
            self.address = address;
        } else {
            self.limit.0.refused.fetch_add(1, Ordering::Relaxed);
        }
        is_counted
    }
}

impl SocketCounts {
    /// Adds a socket to the reserve. Returns its number, and the token of the socket that has to make room for it.
    fn add_to_reserve(&mut self, evicted: CancellationToken) -> (NonZeroU64, Option<CancellationToken>) {
        let number = NonZeroU64::MIN.saturating_add(self.latest);
        self.latest += 1;
        self.reserve.push_back((number, evicted));
        let oldest = if self.reserve.len() > RESERVE { self.reserve.pop_front() } else { None };
        (number, oldest.map(|(_, token)| token))
    }
}

impl Drop for SocketPermit {
    fn drop(&mut self) {
        let mut counts = self.limit.0.counts.lock();
        counts.total -= 1;
        counts.by_address.remove(self.address);
        if let Some(number) = self.number {
            counts.reserve.retain(|(of_socket, _)| *of_socket != number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const REMOTE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn serves_probes_from_the_reserve_where_later_sockets_replace_the_oldest() {
        let limit = SocketLimit::new(2, 100, Vec::new());
        let served: Vec<_> = (0..2).map(|_| limit.accept(LOOPBACK)).collect();
        assert!(served.iter().all(|acceptance| matches!(acceptance, Acceptance::Served(_))));
        let mut reserve = Vec::new();
        for _ in 0..=RESERVE {
            assert!(!reserve.iter().any(|(_, evicted): &(SocketPermit, CancellationToken)| evicted.is_cancelled()));
            match limit.accept(REMOTE) {
                Acceptance::Probes(permit, evicted) => reserve.push((permit, evicted)),
                other => panic!("{other:?}"),
            }
        }
        let evicted: Vec<bool> = reserve.iter().map(|(_, evicted)| evicted.is_cancelled()).collect();
        assert!(evicted[0] && !evicted[1..].contains(&true), "{evicted:?}");
        assert_eq!((limit.open() as usize, limit.refused()), (2 + RESERVE + 1, 1));
        drop((served, reserve));
        assert!(matches!(limit.accept(REMOTE), Acceptance::Served(_)));
    }

    #[test]
    fn closed_sockets_leave_the_reserve() {
        let limit = SocketLimit::new(1, 100, Vec::new());
        let _served = limit.accept(LOOPBACK);
        let Acceptance::Probes(_open, evicted) = limit.accept(LOOPBACK) else { panic!("the server is full") };
        for _ in 0..2 * RESERVE {
            assert!(matches!(limit.accept(REMOTE), Acceptance::Probes(..)), "closed at once");
        }
        assert!(!evicted.is_cancelled(), "no later socket needs the place");
        assert_eq!(limit.refused(), 0);
    }

    #[test]
    fn limits_sockets_per_address_except_loopback() {
        let limit = SocketLimit::new(100, 1, Vec::new());
        let first = limit.accept(REMOTE);
        assert!(matches!(limit.accept(REMOTE), Acceptance::Refused));
        let _local = [limit.accept(LOOPBACK), limit.accept(LOOPBACK)];
        assert_eq!(limit.open(), 3);
        drop(first);
        assert!(matches!(limit.accept(REMOTE), Acceptance::Served(_)), "a closed socket no longer counts");
        assert_eq!(limit.0.counts.lock().by_address.len(), 0);
    }

    #[test]
    fn counts_sockets_of_a_proxy_for_its_clients() {
        let limit = SocketLimit::new(100, 1, vec!["198.51.100.0/24".parse().unwrap()]);
        let accept_from_proxy = || match limit.accept("198.51.100.7".parse().unwrap()) {
            Acceptance::Served(permit) => permit,
            other => panic!("{other:?}"),
        };
        let (mut first, mut second) = (accept_from_proxy(), accept_from_proxy());
        assert!(first.count_client(REMOTE) && !second.count_client(REMOTE));
        assert_eq!((limit.open(), limit.refused()), (2, 1));
        drop((first, second));
        assert_eq!((limit.open(), limit.0.counts.lock().by_address.len()), (0, 0));
    }

    #[test]
    fn is_nearly_full_above_three_quarters() {
        let limit = SocketLimit::new(8, 100, Vec::new());
        let mut held: Vec<_> = (0..5).map(|_| limit.accept(LOOPBACK)).collect();
        assert!(!limit.is_nearly_full());
        held.push(limit.accept(LOOPBACK));
        assert!(limit.is_nearly_full());
    }
}
