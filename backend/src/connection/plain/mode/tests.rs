//! A whole connection over a pipe, on one thread, which makes the order of events deterministic.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::Instant;
use yodel_protocol::RoomName;

use super::*;
use crate::auth::Authenticator;
use crate::backplane::message::{Body, NewMessage};
use crate::backplane::recipients::Recipients;
use crate::config::ServerConfig;
use crate::connection::admission::{self, Admission};
use crate::connection::commands::Command;
use crate::connection::connection_loop::READS_PER_POLL;
use crate::connection::memory_budget::MemoryBudget;
use crate::connection::outbox::Outbox;
use crate::connection::registry::Registry;
use crate::connection::socket::Socket;
use crate::connection::task::ConnectionTask;
use crate::connection::transport::Transport;
use crate::encode::WireFormat;
use crate::environment::random_client_id;
use crate::hooks::registry::Hooks;
use crate::hub::presence::PresenceKey;
use crate::hub::{Hub, JoinRequest, LOBBY, Membership, RoomCreator};
use crate::limits::server_metrics::ServerMetrics;
use crate::net::tasks::ServerTasks;
use crate::runtime::clock::SystemClock;
use crate::runtime::{self, random};

const CLOSE_FRAME: &[u8] = b"\x88\x0a\x03\xe9shutdown";

/// Capacity of the pipe in bytes, more than a connection reads in one poll.
const PIPE: usize = 1024 * 1024;

/// Size of one read, in bytes.
const READ: usize = 64 * 1024;

struct TestMember {
    handle: Arc<ConnectionHandle>,
    hub: Hub<SharedPayload>,
    peer: DuplexStream,
    task: JoinHandle<()>,
}

/// Joins the lobby.
fn join_lobby(hub: &Hub<SharedPayload>, handle: &Arc<ConnectionHandle>) -> Membership<SharedPayload> {
    let presence_key = PresenceKey::Client(random_client_id(&random::SystemRandom));
    hub.join_lobby(handle, &JoinRequest { presence_key: &presence_key, info: None, watches: false, since: None })
        .now()
        .0
}

fn handle(max_queue: usize) -> Arc<ConnectionHandle> {
    Arc::new(ConnectionHandle::new(Outbox::new(WireFormat::Plain, None, max_queue, MemoryBudget::new(usize::MAX))))
}

/// Starts a connection in the lobby.
async fn member(config: ServerConfig) -> TestMember {
    let (stream, peer) = duplex(PIPE);
    let (handle, hub) = (
        handle(config.max_queue),
        Hub::new(config.retention(), runtime::environment(SystemClock::default(), Arc::default())),
    );
    let socket = Socket::new(Transport::Own(Box::pin(stream)), handle.clone(), &[], config.max_message, None);
    let server = Arc::new(ServerContext {
        budget: MemoryBudget::new(usize::MAX),
        registry: Registry::new(config.ping, config.pong),
        auth: Authenticator::new(&config).unwrap(),
        config: Arc::new(config),
        hub: hub.clone(),
        metrics: ServerMetrics::default(),
        hooks: Hooks::default(),
        connections: ServerTasks::default(),
        node: random::node_name(),
        #[cfg(feature = "redis")]
        redis: None,
        #[cfg(feature = "disk")]
        data: None,
    });
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let admitted = Admission::new(1, 1, None).admit(address, admission::Mode::Broadcast).unwrap();
    let identity = Identity::anonymous();
    let mode = PlainMode::new(Plain::Broadcast, identity, &handle, None, &server, &server.session_context(address))
        .expect("there is no limit");
    let task = tokio::spawn(ConnectionTask::plain(socket, mode, server, admitted));
    yield_now().await;
    TestMember { handle, hub, peer, task }
}

/// Publishes bytes in the lobby.
fn publish(hub: &Hub<SharedPayload>, bytes: &'static [u8]) {
    let new_message = NewMessage { body: Body::Binary(Bytes::from_static(bytes)), from: None, key: None, order: None };
    hub.publish(&RoomName::new(LOBBY).unwrap(), RoomCreator::Server, new_message, Recipients::All).unwrap();
}

async fn read(peer: &mut DuplexStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    peer.read_exact(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test(start_paused = true)]
async fn delivers_published_messages_before_the_shutdown_close() {
    let TestMember { handle, hub, mut peer, task } = member(ServerConfig::default()).await;
    publish(&hub, b"last words");
    handle.send_command(Command::Shutdown);
    let expected = [&b"\x82\x0alast words"[..], CLOSE_FRAME].concat();
    assert_eq!(read(&mut peer, expected.len()).await, expected);
    peer.write_all(b"\x88\x80\0\0\0\0").await.unwrap();
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn closes_at_once_on_shutdown_without_pending_messages() {
    let TestMember { handle, mut peer, task, .. } = member(ServerConfig::default()).await;
    handle.send_command(Command::Shutdown);
    assert_eq!(read(&mut peer, CLOSE_FRAME.len()).await, CLOSE_FRAME);
    drop(peer);
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn stops_reading_a_publisher_while_the_room_is_full() {
    let config = ServerConfig { max_message: 500, max_queue: 1000, ..ServerConfig::default() };
    let TestMember { hub, mut peer, .. } = member(config).await;
    let other = join_lobby(&hub, &handle(10_000));
    publish(&hub, &[7; 2000]);
    peer.write_all(b"\x81\x82\0\0\0\0hi").await.unwrap();
    yield_now().await;
    assert_eq!(other.room.published(), 1, "the message is not read yet");
    let expected = [&b"\x82\x7e\x07\xd0"[..], &[7; 2000], b"\x81\x02hi"].concat();
    assert_eq!(read(&mut peer, expected.len()).await, expected);
    assert_eq!(other.room.published(), 2);
}

#[tokio::test(start_paused = true)]
async fn yields_to_other_tasks_under_continuous_input() {
    let config = ServerConfig { max_queue: 1 << 30, ..ServerConfig::default() };
    let TestMember { hub, mut peer, .. } = member(config).await;
    let other = join_lobby(&hub, &handle(10_000));
    peer.write_all(&b"\x81\x82\0\0\0\0hi".repeat(PIPE / 8)).await.unwrap();
    let turn = tokio::spawn(async move { other.room.published() });
    let messages = turn.await.unwrap();
    assert_eq!(messages, (READS_PER_POLL * READ / 8) as u64, "the task yields after its reads");
}

/// Returns the time until a message is answered that follows this input.
async fn answered_after(config: ServerConfig, input: &[u8]) -> Duration {
    let TestMember { mut peer, .. } = member(config).await;
    let start = Instant::now();
    let message = b"\x81\x82\0\0\0\0hi";
    peer.write_all(&[input, message].concat()).await.unwrap();
    loop {
        let [first, length] = read(&mut peer, 2).await[..] else { panic!("two bytes were read") };
        if read(&mut peer, length.into()).await == b"hi" && first == 0x81 {
            return start.elapsed();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_rate_counts_every_frame() {
    let config = || ServerConfig {
        rate: Some(100),
        rate_burst: Some(200),
        ping: Duration::from_secs(3600),
        ..ServerConfig::default()
    };
    let fragments = [&b"\x01\x80\0\0\0\0"[..], &b"\x00\x80\0\0\0\0".repeat(1000)[..], b"\x80\x80\0\0\0\0"].concat();
    for (name, flood) in [
        ("pongs", b"\x8a\x80\0\0\0\0".repeat(1000)),
        ("pings", b"\x89\x80\0\0\0\0".repeat(1000)),
        ("fragments", fragments),
        ("messages", b"\x81\x80\0\0\0\0".repeat(1000)),
    ] {
        let time = answered_after(config(), &flood).await;
        assert!((Duration::from_secs(8)..Duration::from_secs(9)).contains(&time), "{name}: {time:?}");
    }
    assert!(answered_after(config(), b"").await < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn the_byte_rate_counts_what_is_received() {
    let config = || ServerConfig { rate_bytes: Some(1000), ping: Duration::from_secs(3600), ..ServerConfig::default() };
    let message = [&b"\x82\xfe\x27\x10\0\0\0\0"[..], &[0; 10_000]].concat();
    // The burst passes at once. The second message of 10 kB waits for the rest of the first one.
    let time = answered_after_large(config(), &message).await;
    assert!((Duration::from_secs(8)..Duration::from_secs(9)).contains(&time), "{time:?}");
}

/// Like [`answered_after`], for one message of 10,000 bytes.
async fn answered_after_large(config: ServerConfig, message: &[u8]) -> Duration {
    let TestMember { mut peer, .. } = member(config).await;
    let start = Instant::now();
    peer.write_all(&[message, b"\x81\x82\0\0\0\0hi"].concat()).await.unwrap();
    let received = read(&mut peer, message.len()).await;
    assert!(received.ends_with(b"\x81\x02hi"), "the message and the next one");
    start.elapsed()
}

/// The input after the server's close frame is not decompressed, and other tasks run after each read of it.
#[tokio::test(start_paused = true)]
async fn yields_after_each_read_while_it_waits_for_the_close_frame() {
    let TestMember { handle, mut peer, task, .. } = member(ServerConfig::default()).await;
    handle.send_command(Command::Shutdown);
    let turns = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&turns);
    let other = tokio::spawn(async move {
        loop {
            counter.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });
    peer.write_all(&[0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0]).await.unwrap();
    peer.write_all(&vec![0; PIPE - 14]).await.unwrap();
    read(&mut peer, CLOSE_FRAME.len()).await;
    peer.write_all(&[0; 14]).await.unwrap();
    peer.write_all(b"\x88\x80\0\0\0\0").await.unwrap();
    task.await.unwrap();
    let (turns, reads) = (turns.load(Ordering::Relaxed), PIPE / READ);
    assert!(turns >= reads, "{turns} turns for {reads} reads");
    other.abort();
}
