//! Network between clients and nodes: connections with latency, which stall, and which are lost in several ways.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};
use yodel_client::Generation;
use yodel_protocol::UserId;

use crate::action::Cut;
use crate::input::Input;
use crate::node::SimulatedNodes;
use crate::plan::Plan;
use crate::random::hash;

/// Capacity of the socket buffers of a connection, in bytes, and of a narrow one.
const BUFFERS: [usize; 2] = [16 << 10, 512];

/// Maximum latency in one direction, in milliseconds.
const LATENCY_MS: u64 = 30;

/// Maximum delay of what was sent over a connection that the client has lost, in milliseconds.
const LATE_MS: u64 = 5_000;

/// Network of a simulation. Clones share their state.
#[derive(Clone, Debug)]
pub struct Network(Arc<NetworkInner>);

#[derive(Debug)]
struct NetworkInner {
    noise: u64,
    buffer: usize,
    nodes: SimulatedNodes,
    /// Current connection of each client.
    connections: Mutex<BTreeMap<usize, Arc<Wire>>>,
}

/// Condition of a connection.
#[derive(Debug)]
struct Wire {
    /// Time until which nothing is carried.
    stalled_until: Mutex<Instant>,
    cut: watch::Sender<Option<Cut>>,
}

/// The client's end of the direction to the server. Dropping it ends the connection.
#[derive(Debug)]
pub struct Uplink {
    packets: mpsc::UnboundedSender<Packet>,
    buffered: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Packet {
    sent: Instant,
    bytes: Vec<u8>,
}

/// A connection that a client opens.
#[derive(Debug)]
pub struct Dial {
    /// Number of the client.
    pub client: usize,
    /// User of the client; `None` if it is anonymous.
    pub user: Option<UserId>,
    /// The client's number of the connection.
    pub generation: Generation,
    /// Sender of the inputs of the client.
    pub inputs: mpsc::UnboundedSender<Input>,
}

impl Uplink {
    /// Sends bytes.
    pub fn send(&self, bytes: Vec<u8>) {
        self.buffered.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        // If the connection has ended, the client learns it soon.
        drop(self.packets.send(Packet { sent: Instant::now(), bytes }));
    }

    /// Returns the number of bytes that the network has not accepted.
    pub fn buffered(&self) -> u64 {
        self.buffered.load(Ordering::Relaxed)
    }
}

impl Network {
    /// Creates the network of a plan to these nodes.
    pub fn new(plan: &Plan, nodes: SimulatedNodes) -> Self {
        let (noise, buffer) = (plan.noise, BUFFERS[usize::from(plan.is_narrow)]);
        Self(Arc::new(NetworkInner { noise, buffer, nodes, connections: Mutex::default() }))
    }

    /// Opens a connection to a node, which the number of the connection selects.
    pub fn dial(&self, dial: Dial) -> Uplink {
        let (packets, outgoing) = mpsc::unbounded_channel();
        let buffered = Arc::<AtomicU64>::default();
        let wire = Arc::new(Wire { stalled_until: Mutex::new(Instant::now()), cut: watch::Sender::new(None) });
        self.0.connections.lock().insert(dial.client, Arc::clone(&wire));
        let node = self.0.nodes.choose(self.noise(&dial, 0, 0));
        let connection =
            Connection { network: self.clone(), node, dial, wire, outgoing, buffered: Arc::clone(&buffered) };
        drop(tokio::spawn(connection.run()));
        Uplink { packets, buffered }
    }

    /// Loses the connection of a client.
    pub fn cut(&self, client: usize, cut: Cut) {
        if let Some(wire) = self.0.connections.lock().get(&client) {
            wire.cut.send_if_modified(|state| state.is_none() && state.replace(cut).is_none());
        }
    }

    /// Carries nothing over the connection of a client until a time.
    pub fn stall(&self, client: usize, until: Instant) {
        if let Some(wire) = self.0.connections.lock().get(&client) {
            *wire.stalled_until.lock() = until;
        }
    }

    fn noise(&self, dial: &Dial, direction: u64, index: u64) -> u64 {
        hash(&[self.0.noise, dial.client as u64, dial.generation.0, direction, index])
    }
}

/// A connection, from its handshake to its end.
struct Connection {
    network: Network,
    node: usize,
    dial: Dial,
    wire: Arc<Wire>,
    outgoing: mpsc::UnboundedReceiver<Packet>,
    buffered: Arc<AtomicU64>,
}

impl Connection {
    async fn run(mut self) {
        sleep(self.latency(1, 0)).await;
        let (stream, server) = duplex(self.network.0.buffer);
        self.wait_until_carried().await;
        if !self.network.0.nodes.accept(self.node, server, self.dial.user.as_ref()) {
            self.send(Input::Lost(self.dial.generation));
            return;
        }
        self.send(Input::Opened(self.dial.generation, self.node));
        let (reading, writing) = split(stream);
        let mut cuts = self.wire.cut.subscribe();
        // The network lives as long as the connection.
        let cut = async move { cuts.wait_for(Option::is_some).await.ok().and_then(|cut| *cut) };
        let outgoing = std::mem::replace(&mut self.outgoing, mpsc::unbounded_channel().1);
        let (up, mut down) = (self.carry_up(outgoing, writing, 0), Box::pin(self.carry_down(reading)));
        let mut up = Box::pin(up);
        tokio::select! {
            biased;
            cut = cut => self.lose(cut, up, down).await,
            () = &mut up => {}
            () = &mut down => self.send(Input::Lost(self.dial.generation)),
        }
    }

    /// Ends in the way of a cut.
    async fn lose(&self, cut: Option<Cut>, up: impl Future<Output = ()> + Unpin, down: impl Future<Output = ()>) {
        match cut {
            Some(Cut::Late) => {
                drop(down);
                self.send(Input::Lost(self.dial.generation));
                sleep(Duration::from_millis(self.network.noise(&self.dial, 4, 0) % LATE_MS)).await;
                up.await;
            }
            Some(Cut::Silent) => {
                // Both sides find out by themselves.
                tokio::select! {
                    () = self.dial.inputs.closed() => {}
                    () = sleep(Duration::from_secs(60)) => {}
                }
            }
            Some(Cut::Reset) | None => self.send(Input::Lost(self.dial.generation)),
        }
    }

    /// Carries what the client sends, until it closes the connection.
    async fn carry_up(
        &self,
        mut outgoing: mpsc::UnboundedReceiver<Packet>,
        mut writing: WriteHalf<DuplexStream>,
        mut index: u64,
    ) {
        let mut arrival = Instant::now();
        while let Some(Packet { sent, bytes }) = outgoing.recv().await {
            index += 1;
            arrival = arrival.max(sent + self.latency(2, index));
            sleep_until(arrival).await;
            self.wait_until_carried().await;
            let written = writing.write_all(&bytes).await;
            self.buffered.fetch_sub(bytes.len() as u64, Ordering::Relaxed);
            if written.is_err() {
                // The client learns it from the other direction.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Carries what the server sends, until it closes the connection.
    async fn carry_down(&self, mut reading: ReadHalf<DuplexStream>) {
        for index in 0.. {
            let mut bytes = vec![0; 4096];
            let Ok(length @ 1..) = reading.read(&mut bytes).await else { return };
            bytes.truncate(length);
            sleep(self.latency(3, index)).await;
            self.wait_until_carried().await;
            self.send(Input::Bytes(self.dial.generation, bytes));
        }
    }

    fn send(&self, input: Input) {
        // The client may have ended.
        drop(self.dial.inputs.send(input));
    }

    fn latency(&self, direction: u64, index: u64) -> Duration {
        Duration::from_millis(self.network.noise(&self.dial, direction, index) % LATENCY_MS)
    }

    /// Waits while the connection stalls or the node is frozen.
    async fn wait_until_carried(&self) {
        loop {
            let until = (*self.wire.stalled_until.lock()).max(self.network.0.nodes.frozen_until(self.node));
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }
}
