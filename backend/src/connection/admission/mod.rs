//! Admission of connections: limits their number, in total and per address, and the rate of new ones. Admits
//! none during a shutdown.

mod mode;
mod reject_reason;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::config::Rate;
use crate::limits::token_bucket::TokenBucket;
use crate::net::address_counts::{AddressCounts, CountedAddress};
use crate::net::client_address;

pub use mode::Mode;
pub use reject_reason::RejectReason;

/// The admission of connections; cheap to clone.
#[derive(Clone, Debug)]
pub struct Admission(Arc<Limits>);

/// The limits, the counts of open connections, and the totals since the start.
#[derive(Debug)]
struct Limits {
    max_connections: u32,
    max_per_address: u32,
    /// Set at the start of a shutdown, while connections may still be admitted.
    leaving: AtomicBool,
    closed: AtomicBool,
    counts: Mutex<Counts>,
    rejected: [AtomicU64; RejectReason::ALL.len()],
    /// Number of accepted connections since the start, by [`Mode`].
    accepted: [AtomicU64; Mode::ALL.len()],
}

/// Counts of open connections, and the token bucket for new ones.
#[derive(Debug)]
struct Counts {
    connections: u32,
    /// Number of open connections, by [`Mode`].
    by_mode: [u32; Mode::ALL.len()],
    by_address: AddressCounts,
    upgrades: Option<TokenBucket>,
}

/// An admitted connection, which counts against the limits until it is dropped.
#[derive(Debug)]
pub struct Admitted {
    admission: Admission,
    /// Address of the peer, which may be a reverse proxy.
    pub peer: SocketAddr,
    mode: Mode,
}

impl Admission {
    /// Creates an admission with these limits. `upgrades` limits the rate of new connections.
    pub fn new(max_connections: u32, max_per_address: u32, upgrades: Option<Rate>) -> Self {
        let counts = Counts {
            connections: 0,
            by_mode: [0; Mode::ALL.len()],
            by_address: AddressCounts::default(),
            upgrades: upgrades.map(TokenBucket::new),
        };
        Self(Arc::new(Limits {
            max_connections,
            max_per_address,
            leaving: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            counts: Mutex::new(counts),
            rejected: Default::default(),
            accepted: Default::default(),
        }))
    }

    /// Admits a connection, or counts its rejection.
    ///
    /// # Errors
    /// The reason for the rejection. Limits are checked in the order shutdown, total, address, rate.
    pub fn admit(&self, peer: SocketAddr, mode: Mode) -> Result<Admitted, RejectReason> {
        self.try_admit(peer, mode).inspect_err(|reason| {
            self.count_rejected(*reason);
        })
    }

    fn try_admit(&self, peer: SocketAddr, mode: Mode) -> Result<Admitted, RejectReason> {
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(RejectReason::Stopping);
        }
        let address = client_address::counted(peer.ip()).map(CountedAddress::from);
        let mut counts = self.0.counts.lock();
        if counts.connections >= self.0.max_connections {
            return Err(RejectReason::Full);
        }
        if !counts.by_address.add(address, self.0.max_per_address) {
            return Err(RejectReason::Address);
        }
        if counts.upgrades.as_mut().is_some_and(|upgrades| !upgrades.try_take()) {
            counts.by_address.remove(address);
            return Err(RejectReason::Rate);
        }
        counts.connections += 1;
        counts.by_mode[mode as usize] += 1;
        Ok(Admitted { admission: self.clone(), peer, mode })
    }

    /// Announces a shutdown to load balancers. Connections are still admitted.
    pub fn leave(&self) {
        self.0.leaving.store(true, Ordering::Relaxed);
    }

    /// Returns whether a shutdown was announced or has begun.
    pub fn is_leaving(&self) -> bool {
        self.0.leaving.load(Ordering::Relaxed)
    }

    /// Counts a request that was rejected outside of the admission.
    pub fn count_rejected(&self, reason: RejectReason) {
        self.0.rejected[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Rejects all further connections, for a shutdown.
    pub fn close(&self) {
        self.leave();
        self.0.closed.store(true, Ordering::Relaxed);
    }

    /// Returns whether all further connections are rejected.
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Relaxed)
    }

    /// Returns the number of open connections.
    pub fn connections(&self) -> u32 {
        self.0.counts.lock().connections
    }

    /// Returns the limit of open connections.
    pub fn max_connections(&self) -> u32 {
        self.0.max_connections
    }

    /// Returns the number of open connections and of connections accepted since the start, by mode.
    pub fn by_mode(&self) -> [(Mode, u32, u64); Mode::ALL.len()] {
        let counts = self.0.counts.lock().by_mode;
        Mode::ALL.map(|mode| (mode, counts[mode as usize], self.0.accepted[mode as usize].load(Ordering::Relaxed)))
    }

    /// Returns the number of rejections since the start, by reason.
    pub fn rejected(&self) -> impl Iterator<Item = (RejectReason, u64)> {
        RejectReason::ALL.into_iter().map(|reason| (reason, self.0.rejected[reason as usize].load(Ordering::Relaxed)))
    }
}

impl Admitted {
    /// Counts the connection as accepted, once its client is authenticated.
    pub fn count_accepted(&self) {
        self.admission.0.accepted[self.mode as usize].fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut counts = self.admission.0.counts.lock();
        counts.connections -= 1;
        counts.by_mode[self.mode as usize] -= 1;
        counts.by_address.remove(client_address::counted(self.peer.ip()).map(CountedAddress::from));
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    const fn address(a: u8, b: u8, c: u8, d: u8) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::new(a, b, c, d)), 4321)
    }

    const REMOTE: SocketAddr = address(192, 0, 2, 1);
    const OTHER_REMOTE: SocketAddr = address(192, 0, 2, 2);
    const LOOPBACK: SocketAddr = address(127, 0, 0, 1);

    fn count(admission: &Admission, reason: RejectReason) -> u64 {
        admission.rejected().find(|(rejected, _)| *rejected == reason).unwrap().1
    }

    #[tokio::test]
    async fn rejects_connections_above_the_limit() {
        let admission = Admission::new(2, 100, None);
        let (first, _second) =
            (admission.admit(REMOTE, Mode::Echo).unwrap(), admission.admit(LOOPBACK, Mode::Echo).unwrap());
        assert_eq!(admission.admit(REMOTE, Mode::Echo).err(), Some(RejectReason::Full));
        assert_eq!(count(&admission, RejectReason::Full), 1);
        drop(first);
        assert!(admission.admit(REMOTE, Mode::Echo).is_ok());
    }

    #[tokio::test]
    async fn limits_connections_per_address_except_loopback() {
        let admission = Admission::new(100, 1, None);
        let first = admission.admit(REMOTE, Mode::Echo).unwrap();
        assert_eq!(admission.admit(REMOTE, Mode::Echo).err(), Some(RejectReason::Address));
        let _others = [
            admission.admit(OTHER_REMOTE, Mode::Echo),
            admission.admit(LOOPBACK, Mode::Echo),
            admission.admit(LOOPBACK, Mode::Echo),
        ]
        .map(Result::unwrap);
        drop(first);
        assert!(admission.admit(REMOTE, Mode::Echo).is_ok(), "a closed connection no longer counts");
        assert_eq!(admission.0.counts.lock().by_address.len(), 1);
    }

    #[tokio::test]
    async fn counts_connections_by_mode() {
        let admission = Admission::new(3, 100, None);
        let sse = admission.admit(REMOTE, Mode::Sse).unwrap();
        let both = [Mode::Envelope, Mode::Sse].map(|mode| admission.admit(REMOTE, mode).unwrap());
        sse.count_accepted();
        both.iter().for_each(Admitted::count_accepted);
        assert!(admission.admit(REMOTE, Mode::Echo).is_err());
        drop(sse);
        let address = admission.by_mode().map(|(mode, counts, accepted)| (mode.name(), counts, accepted));
        assert_eq!(address, [("echo", 0, 0), ("broadcast", 0, 0), ("yodel.v1", 1, 1), ("sse", 1, 2)]);
    }

    #[tokio::test(start_paused = true)]
    async fn limits_the_rate_of_upgrades() {
        let admission = Admission::new(100, 100, Some(Rate { per_second: 2, burst: 2 }));
        let both = [admission.admit(REMOTE, Mode::Echo).unwrap(), admission.admit(REMOTE, Mode::Echo).unwrap()];
        assert_eq!(admission.admit(REMOTE, Mode::Echo).err(), Some(RejectReason::Rate));
        tokio::time::advance(std::time::Duration::from_millis(500)).await;
        assert!(admission.admit(REMOTE, Mode::Echo).is_ok());
        drop(both);
        assert_eq!(admission.0.counts.lock().by_address.len(), 0, "a rejected connection does not count");
    }

    #[tokio::test]
    async fn rejects_connections_after_close() {
        let admission = Admission::new(100, 100, None);
        admission.close();
        assert_eq!(admission.admit(LOOPBACK, Mode::Echo).err(), Some(RejectReason::Stopping));
        assert_eq!(count(&admission, RejectReason::Stopping), 1);
    }
}
