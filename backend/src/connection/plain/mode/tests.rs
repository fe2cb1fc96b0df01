//! A whole connection over a pipe, on one thread, which makes the order of events deterministic.

use std::net::SocketAddr;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::{JoinHandle, yield_now};
use yodel_protocol::RoomName;

use super::*;
use crate::auth::Authenticator;
use crate::config::ServerConfig;
use crate::connection::admission::{self, Admission};
use crate::connection::commands::Command;
use crate::connection::connection_loop::READS_PER_POLL;
use crate::connection::outbox::Outbox;
use crate::connection::registry::Registry;
use crate::connection::socket::Socket;
use crate::connection::task::ConnectionTask;
use crate::connection::transport::Transport;
use crate::encode::WireFormat;
use crate::hooks::registry::Hooks;
use crate::hub::message::{Body, NewMessage};
use crate::hub::presence::PresenceKey;
use crate::hub::{Hub, JoinRequest, LOBBY, Membership, Recipients, RoomCreator};
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
    let presence_key = PresenceKey::Client(random::client_id());
    hub.join_lobby(handle, &JoinRequest { presence_key: &presence_key, info: None, watches: false, since: None })
}

fn handle(max_queue: usize) -> Arc<ConnectionHandle> {
    Arc::new(ConnectionHandle::new(Outbox::new(WireFormat::Plain, None, max_queue)))
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
        registry: Registry::new(config.ping, config.pong),
        auth: Authenticator::new(&config).unwrap(),
        config: Arc::new(config),
        hub: hub.clone(),
        metrics: ServerMetrics::default(),
        hooks: Hooks::default(),
        connections: ServerTasks::default(),
        node: random::node_name(),
    });
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let admitted = Admission::new(1, 1, None).admit(address, admission::Mode::Broadcast).unwrap();
    let identity = Identity::anonymous();
    let mode = PlainMode::new(Plain::Broadcast, identity, &handle, None, &server, &server.session_context(address));
    let task = tokio::spawn(ConnectionTask::plain(socket, mode, server, admitted));
    yield_now().await;
    TestMember { handle, hub, peer, task }
}

/// Publishes bytes in the lobby.
fn publish(hub: &Hub<SharedPayload>, bytes: &'static [u8]) {
    let new_message = NewMessage { body: Body::Binary(Bytes::from_static(bytes)), from: None, key: None };
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
