//! Over real sockets of loopback, with buffers so small that a peer which does not read is noticed.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpSocket, TcpStream};
use yodel_protocol::{CloseCode, RoomName};

use super::waiting::PLACE;
use super::*;
use crate::hub::message::{Body, Message, NewMessage};
use crate::hub::{Content, Payload as _};
use yodel_websocket::encoder;
use yodel_websocket::frame::{Header, Opcode};

const NO_LIMIT: usize = usize::MAX;

/// Two ends of a connection.
async fn sockets() -> (TcpStream, TcpStream) {
    let [listening, calling] = [(); 2].map(|()| TcpSocket::new_v4().unwrap());
    listening.set_send_buffer_size(16 * 1024).unwrap();
    calling.set_recv_buffer_size(4 * 1024).unwrap();
    listening.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let listener = listening.listen(1).unwrap();
    let (peer, accepted) = tokio::join!(calling.connect(listener.local_addr().unwrap()), listener.accept());
    (accepted.unwrap().0, peer.unwrap())
}

/// An open outbox, what its task writes to, and the peer.
async fn open(limit: usize) -> (Outbox, Transport, TcpStream) {
    let (socket, peer) = sockets().await;
    let outbox = Outbox::new(WireFormat::Plain, None, limit);
    outbox.open(Tcp::new(socket));
    (outbox, Transport::Shared, peer)
}

/// A message of so many bytes, all of which are its number.
fn batch(number: u8, length: usize) -> SharedPayload {
    let draft = NewMessage { body: Body::Binary(vec![number; length].into()), from: None, key: None };
    let message = Message::new(RoomName::new("r").unwrap(), None, draft, 0);
    SharedPayload::of(vec![Content::Message(Arc::new(message))])
}

/// As it goes over the wire.
fn frames(push: &SharedPayload) -> &Bytes {
    push.batch(WireFormat::Plain).frames(None)
}

/// Fills the socket until something waits; how many messages that took.
fn stall(outbox: &Outbox) -> u8 {
    let fills = |number: &u8| {
        outbox.deliver(&batch(*number, 10_000));
        !outbox.is_empty()
    };
    1 + (0..=u8::MAX).find(fills).expect("nobody reads")
}

/// Writes all that waits while the peer reads to the end; the messages and the close code it gets.
async fn drain(outbox: &Outbox, mut transport: Transport, peer: TcpStream) -> (Vec<u8>, Option<u16>) {
    let reading = tokio::spawn(read(peer));
    finish(outbox, &mut transport).await;
    reading.await.unwrap()
}

async fn finish(outbox: &Outbox, transport: &mut Transport) {
    poll_fn(|context| outbox.poll_flush(transport, context, &mut false)).await.unwrap();
    poll_fn(|context| transport.poll_shutdown(outbox.socket(), context)).await.unwrap();
}

async fn read(mut peer: TcpStream) -> (Vec<u8>, Option<u16>) {
    let mut bytes = Vec::new();
    peer.read_to_end(&mut bytes).await.unwrap();
    messages(&bytes)
}

/// The numbers of the messages, and the code of the close frame after them. Every frame is whole.
fn messages(mut bytes: &[u8]) -> (Vec<u8>, Option<u16>) {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        let (header, start) = Header::parse(bytes).expect("a frame").expect("a whole header");
        let (payload, rest) = bytes[start..].split_at(usize::try_from(header.length).unwrap());
        bytes = rest;
        if header.opcode == Opcode::Close {
            assert!(rest.is_empty(), "nothing comes after a close frame");
            return (numbers, Some(u16::from_be_bytes([payload[0], payload[1]])));
        }
        assert!(payload.iter().all(|byte| *byte == payload[0]), "one message, and not parts of two");
        numbers.push(payload[0]);
    }
    (numbers, None)
}

async fn close(outbox: &Outbox, transport: &mut Transport) {
    let mut frame = Vec::new();
    encoder::close(CloseCode::TRY_AGAIN_LATER, "too slow", &mut frame);
    outbox.close();
    poll_fn(|context| Poll::Ready(outbox.write(transport, context, &[IoSlice::new(&frame)]))).await.unwrap();
}

/// For how many chunks there is room, and how many bytes wait.
fn held(outbox: &Outbox) -> (usize, usize) {
    let waiting = outbox.waiting.lock();
    let counted: usize = waiting.chunks.iter().filter(|chunk| !chunk.reply).map(|chunk| chunk.bytes.len()).sum();
    assert_eq!(waiting.bytes, counted);
    assert_eq!(outbox.is_empty(), waiting.chunks.is_empty(), "it is said without the lock, too");
    (waiting.chunks.capacity(), waiting.chunks.iter().map(|chunk| chunk.bytes.len()).sum())
}

#[tokio::test]
async fn a_peer_that_reads_has_no_queue() {
    let (outbox, transport, mut peer) = open(NO_LIMIT).await;
    for number in 0..100 {
        outbox.deliver(&batch(number, 1000));
        assert_eq!(held(&outbox), (0, 0), "nothing was allocated");
        let mut frame = vec![0; frames(&batch(number, 1000)).len()];
        peer.read_exact(&mut frame).await.unwrap();
        assert_eq!(messages(&frame).0, [number]);
    }
    assert_eq!(drain(&outbox, transport, peer).await, (vec![], None));
}

#[tokio::test]
async fn what_the_socket_does_not_take_is_kept_and_written_later_in_order() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox) + 40;
    for number in count - 40..count {
        outbox.deliver(&batch(number, 10_000));
    }
    let (numbers, close) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count) && close.is_none());
    assert_eq!(held(&outbox), (0, 0), "nothing is held any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_delivered_while_the_task_writes_keeps_its_place() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let outbox = Arc::new(outbox);
    let count = stall(&outbox);
    let reading = tokio::spawn(read(peer));
    let delivering = tokio::spawn({
        let outbox = Arc::clone(&outbox);
        async move {
            for number in count..count + 100 {
                outbox.deliver(&batch(number, 10_000));
                tokio::task::yield_now().await;
            }
        }
    });
    while !delivering.is_finished() {
        poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await.unwrap();
        tokio::task::yield_now().await;
    }
    finish(&outbox, &mut transport).await;
    let (numbers, _) = reading.await.unwrap();
    assert!(numbers.iter().copied().eq(0..count + 100), "{numbers:?}");
}

#[tokio::test]
async fn what_the_task_writes_itself_comes_after_what_waits() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    let frame = frames(&batch(count, 300)).clone();
    let (header, payload) = frame.split_at(4);
    let slices = [IoSlice::new(header), IoSlice::new(payload)];
    let all = poll_fn(|context| Poll::Ready(outbox.write(&mut transport, context, &slices))).await.unwrap();
    assert!(!all, "the peer has to read first");
    let (numbers, _) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..=count));
}

#[tokio::test]
async fn what_the_socket_takes_half_is_kept_from_there_on() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let frame = frames(&batch(7, 4_000_000)).clone();
    let (header, payload) = frame.split_at(10);
    let slices = [IoSlice::new(header), IoSlice::new(payload)];
    let all = poll_fn(|context| Poll::Ready(outbox.write(&mut transport, context, &slices))).await.unwrap();
    let (_, bytes) = held(&outbox);
    assert!(!all && bytes > 0 && bytes < payload.len(), "{bytes} of {}", frame.len());
    assert_eq!(drain(&outbox, transport, peer).await, (vec![7], None));
}

#[test]
fn what_waits_is_bounded_in_bytes() {
    let limit = 9 * (frames(&batch(0, 100)).len() + PLACE);
    let outbox = Outbox::new(WireFormat::Plain, None, limit);
    for number in 0..9 {
        outbox.deliver(&batch(number, 100));
        assert_eq!(outbox.check(), Ok(()));
    }
    let (_, full) = held(&outbox);
    assert_eq!(full, 9 * frames(&batch(0, 100)).len());
    outbox.deliver(&batch(9, 0));
    assert_eq!(outbox.check(), Err(Overflow), "a header more than there was room for");
    let (_, left) = held(&outbox);
    assert_eq!(left, frames(&batch(0, 100)).len(), "of what waited, the first is kept: it may be half written");
    outbox.deliver(&batch(10, 1));
    assert_eq!(held(&outbox).1, left, "the seat is lost");
}

#[test]
fn the_smallest_messages_count_for_what_keeps_them() {
    let outbox = Outbox::new(WireFormat::Plain, None, 64 * 1024);
    let kept = (0..).take_while(|_| {
        outbox.deliver(&batch(0, 0));
        outbox.check().is_ok()
    });
    assert_eq!(kept.count(), 64 * 1024 / (frames(&batch(0, 0)).len() + PLACE));
}

#[test]
fn a_single_batch_always_fits() {
    let outbox = Outbox::new(WireFormat::Plain, None, 10);
    outbox.deliver(&batch(0, 1000));
    assert_eq!(outbox.check(), Ok(()));
    outbox.deliver(&batch(1, 0));
    assert_eq!(outbox.check(), Err(Overflow));
}

#[tokio::test]
async fn what_was_half_written_ends_before_the_close_frame() {
    let (outbox, mut transport, peer) = open(1000).await;
    outbox.deliver(&batch(0, 4_000_000));
    let (_, bytes) = held(&outbox);
    assert!(bytes > 0 && bytes < 4_000_000, "a part of it is out");
    outbox.deliver(&batch(1, 10));
    assert_eq!(outbox.check(), Err(Overflow));
    close(&outbox, &mut transport).await;
    assert_eq!(drain(&outbox, transport, peer).await, (vec![0], Some(1013)));
}

#[tokio::test]
async fn nothing_comes_after_a_close_frame() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    close(&outbox, &mut transport).await;
    outbox.deliver(&batch(200, 10));
    let (numbers, code) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count));
    assert_eq!(code, Some(1013));
}

#[tokio::test]
async fn a_peer_that_is_gone_is_an_error_for_the_task_alone() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    stall(&outbox);
    drop(peer);
    let flushed = poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await;
    assert!(flushed.is_err());
    outbox.deliver(&batch(0, 10));
    let again = poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await;
    assert!(again.is_err(), "what is delivered now is not taken for sent");
}

#[tokio::test]
async fn a_peer_that_is_gone_is_noticed_by_the_task_of_a_member_that_kept_up() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    drop(peer);
    while outbox.is_empty() {
        outbox.deliver(&batch(0, 10));
    }
    let flushed = poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await;
    assert!(flushed.is_err());
}

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn the_task_is_woken_only_for_what_the_socket_did_not_take() {
    let (outbox, _transport, _peer) = open(NO_LIMIT).await;
    let woken = Arc::new(Woken::default());
    outbox.register(&Context::from_waker(&Waker::from(Arc::clone(&woken))));
    outbox.deliver(&batch(0, 10));
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    stall(&outbox);
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
}

#[test]
fn what_is_delivered_is_counted_and_what_is_refused_is_not() {
    let outbox = Outbox::new(WireFormat::Plain, None, 1000);
    for _ in 0..2 {
        outbox.deliver(&batch(0, 100));
    }
    outbox.close();
    outbox.deliver(&batch(0, 100));
    assert_eq!(outbox.sent().to_string(), "2/200B");
}

/// A reply: a frame like those that are delivered.
fn reply(number: u8, length: usize) -> Bytes {
    frames(&batch(number, length)).clone()
}

#[tokio::test]
async fn a_reply_goes_where_its_place_was_kept() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    outbox.reserve();
    outbox.deliver(&batch(count + 1, 10));
    outbox.fill(reply(count, 10));
    let (numbers, _) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count + 2));
}

#[tokio::test]
async fn what_is_delivered_waits_for_a_reply_that_is_not_there_yet() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    outbox.reserve();
    outbox.deliver(&batch(1, 10));
    assert!(!outbox.is_empty(), "although the socket would take it");
    outbox.fill(reply(0, 10));
    assert_eq!(drain(&outbox, transport, peer).await.0, [0, 1]);
}

#[test]
fn replies_do_not_count_towards_the_bound_and_their_number_is_known() {
    let outbox = Outbox::new(WireFormat::Plain, None, 1000);
    outbox.reserve();
    outbox.fill(reply(0, 5000));
    outbox.post(reply(1, 5000));
    assert_eq!((outbox.replies(), outbox.check()), (2, Ok(())));
    outbox.deliver(&batch(2, 900));
    assert_eq!(outbox.check(), Ok(()));
    outbox.deliver(&batch(3, 900));
    assert_eq!(outbox.check(), Err(Overflow), "what is delivered behind them does");
    assert_eq!(outbox.replies(), 1, "the first chunk stays");
}

#[tokio::test]
async fn nothing_is_left_of_replies_that_were_written() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    outbox.post(reply(0, 10));
    poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await.unwrap();
    assert_eq!((outbox.replies(), outbox.is_empty()), (0, true));
    assert_eq!(drain(&outbox, transport, peer).await.0, [0]);
}
