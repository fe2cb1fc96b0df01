//! A whole connection over a pipe, on one thread: who does what first is known.

use std::net::SocketAddr;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::{JoinHandle, yield_now};
use yodel_protocol::RoomName;

use super::*;
use crate::auth::Authenticator;
use crate::config::ServerConfig;
use crate::connection::admission::{self, Admission};
use crate::connection::open::TURN;
use crate::connection::outbox::Outbox;
use crate::connection::registry::Registry;
use crate::connection::signals::Signal;
use crate::connection::socket::Socket;
use crate::connection::task::ConnectionTask;
use crate::connection::transport::Transport;
use crate::encode::WireFormat;
use crate::hooks::registry::Hooks;
use crate::hub::message::{Body, NewMessage};
use crate::hub::presence::PresenceKey;
use crate::hub::{Hub, JoinRequest, LOBBY, Membership, Recipients};
use crate::limits::server_metrics::ServerMetrics;
use crate::net::tasks::ServerTasks;
use crate::runtime::{self, random};

const GOODBYE: &[u8] = b"\x88\x0a\x03\xe9shutdown";

/// More than a connection reads in its turn, in bytes.
const PIPE: usize = 1024 * 1024;

/// What it reads at once, in bytes.
const READ: usize = 64 * 1024;

struct Member {
    line: Arc<Line>,
    hub: Hub<SharedPayload>,
    peer: DuplexStream,
    task: JoinHandle<()>,
}

/// A seat in the lobby.
fn sit(hub: &Hub<SharedPayload>, line: &Arc<Line>) -> Membership<SharedPayload> {
    let who = PresenceKey::Client(random::client_id());
    hub.join_lobby(line, &JoinRequest { presence_key: &who, info: None, watches: false, since: None })
}

fn line(max_queue: usize) -> Arc<Line> {
    Arc::new(Line::new(Outbox::new(WireFormat::Plain, None, max_queue)))
}

/// A member of the lobby that has begun to listen.
async fn member(config: ServerConfig) -> Member {
    let (stream, peer) = duplex(PIPE);
    let (line, hub) = (line(config.max_queue), Hub::new(config.retention(), runtime::environment(Arc::default())));
    let socket = Socket::new(Transport::Own(Box::pin(stream)), line.clone(), &[], config.max_message, None);
    let shared = Arc::new(ServerContext {
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
    let mode = PlainMode::new(Plain::Broadcast, identity, &line, None, &shared, &shared.session(address));
    let task = tokio::spawn(ConnectionTask::plain(socket, mode, shared, admitted));
    yield_now().await;
    Member { line, hub, peer, task }
}

/// Has everybody in the lobby told these bytes.
fn publish(hub: &Hub<SharedPayload>, bytes: &'static [u8]) {
    let draft = NewMessage { body: Body::Binary(Bytes::from_static(bytes)), from: None, key: None };
    hub.publish(&RoomName::new(LOBBY).unwrap(), draft, Recipients::All).unwrap();
}

async fn read(peer: &mut DuplexStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    peer.read_exact(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test(start_paused = true)]
async fn what_was_published_before_the_stop_arrives_before_the_close() {
    let Member { line, hub, mut peer, task } = member(ServerConfig::default()).await;
    publish(&hub, b"last words");
    line.raise(Signal::Leave);
    let expected = [&b"\x82\x0alast words"[..], GOODBYE].concat();
    assert_eq!(read(&mut peer, expected.len()).await, expected);
    peer.write_all(b"\x88\x80\0\0\0\0").await.unwrap();
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_is_asked_to_leave_leaves_at_once_when_nothing_is_on_its_way() {
    let Member { line, mut peer, task, .. } = member(ServerConfig::default()).await;
    line.raise(Signal::Leave);
    assert_eq!(read(&mut peer, GOODBYE.len()).await, GOODBYE);
    drop(peer);
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_publisher_is_not_read_while_the_room_is_full() {
    let config = ServerConfig { max_message: 500, max_queue: 1000, ..ServerConfig::default() };
    let Member { hub, mut peer, .. } = member(config).await;
    let other = sit(&hub, &line(10_000));
    publish(&hub, &[7; 2000]);
    peer.write_all(b"\x81\x82\0\0\0\0hi").await.unwrap();
    yield_now().await;
    assert_eq!(other.room.published(), 1, "it has to wait");
    let expected = [&b"\x82\x7e\x07\xd0"[..], &[7; 2000], b"\x81\x02hi"].concat();
    assert_eq!(read(&mut peer, expected.len()).await, expected);
    assert_eq!(other.room.published(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_sends_without_end_does_not_keep_others_from_their_turn() {
    let config = ServerConfig { max_queue: 1 << 30, ..ServerConfig::default() };
    let Member { hub, mut peer, .. } = member(config).await;
    let other = sit(&hub, &line(10_000));
    peer.write_all(&b"\x81\x82\0\0\0\0hi".repeat(PIPE / 8)).await.unwrap();
    let turn = tokio::spawn(async move { other.room.published() });
    let messages = turn.await.unwrap();
    assert_eq!(messages, (TURN * READ / 8) as u64, "so many reads, then the next in the row");
}
