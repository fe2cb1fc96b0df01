//! A proxy that is a bad network: it delays, stalls and cuts what goes through it, as a seed says.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::AbortOnDropHandle;
use yodel_client::Rng;

use crate::splitmix::SplitMix;

/// A bad network in front of a server.
#[derive(Debug)]
pub struct Proxy {
    /// Where to connect.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    _running: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Shared {
    target: Mutex<SocketAddr>,
    calm: AtomicBool,
    cuts: AtomicU64,
    stalls: AtomicU64,
}

impl Proxy {
    /// A network to this server that is bad in the way that this seed says.
    pub async fn start(target: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (target, calm) = (Mutex::new(target), AtomicBool::new(false));
        let shared = Arc::new(Shared { target, calm, cuts: AtomicU64::new(0), stalls: AtomicU64::new(0) });
        let running = AbortOnDropHandle::new(tokio::spawn(accept(listener, Arc::clone(&shared), SplitMix(seed))));
        Self { address, shared, _running: running }
    }

    /// From now on connections go to this server.
    pub fn turn_to(&self, target: SocketAddr) {
        *self.shared.target.lock() = target;
    }

    /// From now on the network is good; connections that are open fare as they were to.
    pub fn calm(&self) {
        self.shared.calm.store(true, Ordering::Relaxed);
    }

    /// From now on it is bad again.
    pub fn storm(&self) {
        self.shared.calm.store(false, Ordering::Relaxed);
    }

    /// How often it cut a connection, and how often it stalled one.
    pub fn faults(&self) -> (u64, u64) {
        (self.shared.cuts.load(Ordering::Relaxed), self.shared.stalls.load(Ordering::Relaxed))
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut rng: SplitMix) {
    let mut open = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (shared, rng) = (Arc::clone(&shared), SplitMix(rng.below(u64::MAX)));
        open.spawn(async move { carry(stream, &shared, rng).await });
        while open.try_join_next().is_some() {}
    }
}

/// What becomes of one connection.
async fn carry(mut client: TcpStream, shared: &Shared, mut rng: SplitMix) -> Option<()> {
    let target = *shared.target.lock();
    let mut server = TcpStream::connect(target).await.ok()?;
    let calm = shared.calm.load(Ordering::Relaxed);
    let most_delay = if calm { 0 } else { rng.below(4) * 10 };
    let mut fault = (!calm).then(|| Instant::now() + Duration::from_millis(200 + rng.below(7_000)));
    let (mut upward, mut downward) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut upward) => pass(&upward, read.ok()?, &mut server, &mut rng, most_delay).await?,
            read = server.read(&mut downward) => pass(&downward, read.ok()?, &mut client, &mut rng, most_delay).await?,
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

/// Passes on what was read, a little later.
async fn pass(bytes: &[u8], length: usize, to: &mut TcpStream, rng: &mut SplitMix, most_delay: u64) -> Option<()> {
    if length == 0 {
        return None;
    }
    if most_delay > 0 {
        sleep(Duration::from_millis(rng.below(most_delay))).await;
    }
    to.write_all(&bytes[..length]).await.ok()
}

async fn until(fault: Option<Instant>) {
    match fault {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
