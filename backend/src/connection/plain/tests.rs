//! A whole connection over a pipe, on one thread: who does what first is known.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::{JoinHandle, yield_now};

use super::super::Connection;
use super::super::admission::Admission;
use super::super::line::Line;
use super::super::outbox::Outbox;
use super::super::registry::Registry;
use super::super::transport::Transport;
use super::*;
use crate::config::Config;
use crate::hub::Hub;
use crate::tally::Tally;

const GOODBYE: &[u8] = b"\x88\x0a\x03\xe9shutdown";

/// More than a connection reads in its turn, in bytes.
const PIPE: usize = 1024 * 1024;

struct Member {
    line: Arc<Line>,
    hub: Hub<Batch>,
    peer: DuplexStream,
    task: JoinHandle<()>,
}

/// A member of the lobby that has begun to listen.
async fn member(config: Config) -> Member {
    let (stream, peer) = duplex(PIPE);
    let line = Arc::new(Line::new(Outbox::new(None, config.max_queue)));
    let hub = Hub::new(config.max_queue);
    let seat = hub.join(line.clone());
    let socket = Socket::new(Transport::Own(Box::pin(stream)), line.clone(), &[], config.max_message, None);
    let registry = Registry::new(config.ping, config.pong);
    let shared =
        Arc::new(Surroundings { config: Arc::new(config), hub: hub.clone(), registry, tally: Tally::default() });
    let admitted = Admission::new(1, 1, None).admit(SocketAddr::from(([127, 0, 0, 1], 1))).unwrap();
    let task = tokio::spawn(Connection::new(socket, Some(seat), shared, admitted));
    yield_now().await;
    Member { line, hub, peer, task }
}

async fn read(peer: &mut DuplexStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    peer.read_exact(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test(start_paused = true)]
async fn what_was_published_before_the_stop_arrives_before_the_close() {
    let Member { line, hub, mut peer, task } = member(Config::default()).await;
    hub.publish(Batch::one(Kind::Text, b"last words"));
    line.raise(Signal::Leave);
    let expected = [&b"\x81\x0alast words"[..], GOODBYE].concat();
    assert_eq!(read(&mut peer, expected.len()).await, expected);
    peer.write_all(b"\x88\x80\0\0\0\0").await.unwrap();
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_is_asked_to_leave_leaves_at_once_when_nothing_is_on_its_way() {
    let Member { line, mut peer, task, .. } = member(Config::default()).await;
    line.raise(Signal::Leave);
    assert_eq!(read(&mut peer, GOODBYE.len()).await, GOODBYE);
    drop(peer);
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_publisher_is_not_read_while_the_room_is_full() {
    let config = Config { max_message: 500, max_queue: 1000, ..Config::default() };
    let Member { hub, mut peer, .. } = member(config).await;
    let other = hub.join(Arc::new(Line::new(Outbox::new(None, 10_000))));
    let full = Batch::one(Kind::Binary, &[7; 2000]);
    hub.publish(full.clone());
    peer.write_all(b"\x81\x82\0\0\0\0hi").await.unwrap();
    yield_now().await;
    assert_eq!(other.published(), 1, "it has to wait");
    let expected = [full.frames(None), &b"\x81\x02hi"[..]].concat();
    assert_eq!(read(&mut peer, expected.len()).await, expected);
    assert_eq!(other.published(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_sends_without_end_does_not_keep_others_from_their_turn() {
    let config = Config { max_queue: 2 * PIPE, ..Config::default() };
    let Member { hub, mut peer, .. } = member(config).await;
    let other = hub.join(Arc::new(Line::new(Outbox::new(None, 10_000))));
    peer.write_all(&b"\x81\x82\0\0\0\0hi".repeat(PIPE / 8)).await.unwrap();
    let turn = tokio::spawn(async move { other.published() });
    assert_eq!(turn.await.unwrap(), TURN as u64, "a batch for each read, then the next in the row");
}
