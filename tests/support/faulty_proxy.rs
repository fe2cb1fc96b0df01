//! A TCP proxy that simulates a bad network: it delays, stalls and cuts connections. A seed determines the faults. With
//! several servers it is a load balancer, too.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::task::AbortOnDropHandle;
use yodel_client::Rng;

use crate::random::RandomData;
use crate::splitmix::SplitMix;

/// Longest time of a connection until its first fault.
const MAX_LIFETIME: Duration = Duration::from_millis(7_200);

/// Shortest time of a connection until its first fault.
const MIN_LIFETIME: Duration = Duration::from_millis(200);

/// Time to connect to a server before the next one is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A TCP proxy in front of one or more servers.
#[derive(Debug)]
pub struct FaultyProxy {
    /// Address that clients connect to.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    _running: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Shared {
    targets: Mutex<Vec<SocketAddr>>,
    max_lifetime: Duration,
    fault_free: AtomicBool,
    /// Notified to cut all connections.
    cut: Notify,
    cuts: AtomicU64,
    stalls: AtomicU64,
}

impl FaultyProxy {
    /// Starts a proxy to this server with faults from this seed.
    pub async fn start(target: SocketAddr, seed: u64) -> Self {
        Self::start_balanced(vec![target], seed, MAX_LIFETIME).await
    }

    /// Starts a proxy to any of these servers. The first fault of a connection is within `max_lifetime`.
    pub async fn start_balanced(targets: Vec<SocketAddr>, seed: u64, max_lifetime: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("listener has an address");
        let shared = Arc::new(Shared {
            targets: Mutex::new(targets),
            max_lifetime,
            fault_free: AtomicBool::new(false),
            cut: Notify::new(),
            cuts: AtomicU64::new(0),
            stalls: AtomicU64::new(0),
        });
        let running = AbortOnDropHandle::new(tokio::spawn(accept(listener, Arc::clone(&shared), SplitMix(seed))));
        Self { address, shared, _running: running }
    }

    /// Forwards new connections to this server.
    pub fn set_target(&self, target: SocketAddr) {
        self.set_targets(vec![target]);
    }

    /// Forwards new connections to any of these servers.
    pub fn set_targets(&self, targets: Vec<SocketAddr>) {
        *self.shared.targets.lock() = targets;
    }

    /// Cuts the connections that are open and not stalled.
    pub fn cut_all(&self) {
        self.shared.cut.notify_waiters();
    }

    /// Injects no faults into new connections. Open connections keep their planned faults.
    pub fn stop_faults(&self) {
        self.shared.fault_free.store(true, Ordering::Relaxed);
    }

    /// Injects faults into new connections again.
    pub fn resume_faults(&self) {
        self.shared.fault_free.store(false, Ordering::Relaxed);
    }

    /// Returns the number of cuts and the number of stalls so far.
    pub fn faults(&self) -> (u64, u64) {
        (self.shared.cuts.load(Ordering::Relaxed), self.shared.stalls.load(Ordering::Relaxed))
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut rng: SplitMix) {
    let mut open = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (shared, rng) = (Arc::clone(&shared), SplitMix(rng.below(u64::MAX)));
        open.spawn(async move { relay(stream, &shared, rng).await });
        while open.try_join_next().is_some() {}
    }
}

/// Relays one connection until it closes or is cut.
async fn relay(mut client: TcpStream, shared: &Shared, mut rng: SplitMix) -> Option<()> {
    let mut server = connect(shared, &mut rng).await?;
    let fault_free = shared.fault_free.load(Ordering::Relaxed);
    let max_delay = if fault_free { 0 } else { rng.below(4) * 10 };
    let range = u64::try_from(shared.max_lifetime.saturating_sub(MIN_LIFETIME).as_millis()).unwrap_or(u64::MAX);
    let mut fault = (!fault_free).then(|| Instant::now() + MIN_LIFETIME + Duration::from_millis(rng.below(range)));
    let (mut upward, mut downward) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut upward) => forward(&upward, read.ok()?, &mut server, &mut rng, max_delay).await?,
            read = server.read(&mut downward) => forward(&downward, read.ok()?, &mut client, &mut rng, max_delay).await?,
            () = shared.cut.notified() => {
                shared.cuts.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            () = until(fault) => {
                if rng.below(3) > 0 {
                    shared.cuts.fetch_add(1, Ordering::Relaxed);
                    return None;
                }
                shared.stalls.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(rng.below(3_000))).await;
                fault = Some(Instant::now() + Duration::from_millis(rng.below(5_000)));
            }
        }
    }
}

/// Connects to a random server, or to the next one that accepts the connection.
async fn connect(shared: &Shared, rng: &mut SplitMix) -> Option<TcpStream> {
    let mut targets = shared.targets.lock().clone();
    while !targets.is_empty() {
        let target = targets.swap_remove(rng.index(targets.len()));
        if let Ok(Ok(server)) = timeout(CONNECT_TIMEOUT, TcpStream::connect(target)).await {
            return Some(server);
        }
    }
    None
}

/// Writes bytes after a random delay below `max_delay` milliseconds. Returns `None` at the end of the stream.
async fn forward(bytes: &[u8], length: usize, to: &mut TcpStream, rng: &mut SplitMix, max_delay: u64) -> Option<()> {
    if length == 0 {
        return None;
    }
    if max_delay > 0 {
        sleep(Duration::from_millis(rng.below(max_delay))).await;
    }
    to.write_all(&bytes[..length]).await.ok()
}

async fn until(fault: Option<Instant>) {
    match fault {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
