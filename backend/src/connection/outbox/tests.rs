//! Uses loopback sockets with small buffers, so that a peer that does not read fills them soon.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpSocket, TcpStream};
use yodel_protocol::{CloseCode, RoomName};

use super::queue::CHUNK_OVERHEAD;
use super::*;
use crate::backplane::message::{Body, Message, NewMessage};
use crate::encode::SharedPayload;
use crate::hub::{Content, Payload as _};
use crate::net::socket_limit::{Acceptance, SocketLimit};
use yodel_websocket::encoder;
use yodel_websocket::frame::{Header, Opcode};

mod memory;

const NO_LIMIT: usize = usize::MAX;

/// Returns both ends of a connection.
async fn sockets() -> (TcpStream, TcpStream) {
    let [server, client] = [(); 2].map(|()| TcpSocket::new_v4().unwrap());
    server.set_send_buffer_size(16 * 1024).unwrap();
    client.set_recv_buffer_size(4 * 1024).unwrap();
    server.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let listener = server.listen(1).unwrap();
    let (peer, accepted) = tokio::join!(client.connect(listener.local_addr().unwrap()), listener.accept());
    (accepted.unwrap().0, peer.unwrap())
}

fn unlimited() -> MemoryBudget {
    MemoryBudget::new(usize::MAX)
}

/// Returns an outbox with its socket, the transport of its task, and the peer.
async fn open(limit: usize) -> (Outbox, Transport, TcpStream) {
    let (socket, peer) = sockets().await;
    let outbox = Outbox::new(WireFormat::Plain, None, limit, unlimited());
    let Acceptance::Served(permit) = SocketLimit::new(1, 1, Vec::new()).accept(Ipv4Addr::LOCALHOST.into()) else {
        panic!("the first socket is served")
    };
    outbox.attach_socket(Tcp::new(socket, permit));
    (outbox, Transport::Shared, peer)
}

/// Creates a message of `length` bytes, all equal to `number`.
fn batch(number: u8, length: usize) -> SharedPayload {
    let new_message =
        NewMessage { body: Body::Binary(vec![number; length].into()), from: None, key: None, order: None };
    let message = Message::new(RoomName::new("r").unwrap(), None, new_message, 0);
    SharedPayload::of(vec![Content::Message(Arc::new(message))])
}

/// Returns the encoded frames of a message.
fn frames(payload: &SharedPayload) -> &Bytes {
    payload.batch(WireFormat::Plain).frames(None)
}

/// Delivers messages until one is queued, and returns their number.
fn stall(outbox: &Outbox) -> u8 {
    let fills = |number: &u8| {
        outbox.deliver(&batch(*number, 10_000));
        !outbox.is_empty()
    };
    1 + (0..=u8::MAX).find(fills).expect("the buffers fill, because the peer does not read")
}

/// Flushes the outbox while the peer reads to the end. Returns the message numbers and the close code.
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

/// Decodes messages and an optional close frame, and checks that all frames are complete.
fn messages(mut bytes: &[u8]) -> (Vec<u8>, Option<u16>) {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        let (header, start) = Header::parse(bytes).expect("a valid header").expect("a complete header");
        let (payload, rest) = bytes[start..].split_at(usize::try_from(header.length).unwrap());
        bytes = rest;
        if header.opcode == Opcode::Close {
            assert!(rest.is_empty(), "nothing follows a close frame");
            return (numbers, Some(u16::from_be_bytes([payload[0], payload[1]])));
        }
        assert!(payload.iter().all(|byte| *byte == payload[0]), "the payload belongs to one message");
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

/// Returns the capacity of the queue in chunks, and its size in bytes.
fn queue_size(outbox: &Outbox) -> (usize, usize) {
    let queue = outbox.queue.lock();
    let counted: usize = queue.chunks.iter().map(queue::Chunk::cost).sum();
    assert_eq!(queue.memory.total(), counted);
    assert_eq!(outbox.is_empty(), queue.chunks.is_empty(), "the flag matches the queue");
    (queue.chunks.capacity(), queue.chunks.iter().map(|chunk| chunk.bytes.len()).sum())
}

#[tokio::test]
async fn queues_nothing_for_a_peer_that_reads() {
    let (outbox, transport, mut peer) = open(NO_LIMIT).await;
    for number in 0..100 {
        outbox.deliver(&batch(number, 1000));
        assert_eq!(queue_size(&outbox), (0, 0), "the queue is not allocated");
        let mut frame = vec![0; frames(&batch(number, 1000)).len()];
        peer.read_exact(&mut frame).await.unwrap();
        assert_eq!(messages(&frame).0, [number]);
    }
    assert_eq!(drain(&outbox, transport, peer).await, (vec![], None));
}

#[tokio::test]
async fn direct_messages_take_at_most_half_of_the_limit_and_nothing_from_rooms() {
    let (outbox, transport, peer) = open(100_000).await;
    let count = stall(&outbox);
    let refused =
        (count..count + 100).find(|number| !outbox.offer(&batch(*number, 10_000))).expect("the queue has a limit");
    assert!(refused > count, "some messages are accepted");
    let queued = outbox.queue.lock().memory;
    assert!(queued.direct <= 50_000 && outbox.check_overflow().is_ok(), "{queued:?}");
    for number in refused..refused + 7 {
        outbox.deliver(&batch(number, 10_000));
    }
    assert!(outbox.check_overflow().is_ok(), "direct messages take no space from messages of rooms");
    let (numbers, close) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..refused + 7) && close.is_none());
}

#[tokio::test]
async fn queues_what_the_socket_does_not_accept_in_order() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox) + 40;
    for number in count - 40..count {
        outbox.deliver(&batch(number, 10_000));
    }
    let (numbers, close) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count) && close.is_none());
    assert_eq!(queue_size(&outbox), (0, 0), "the queue is freed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_the_order_of_concurrent_deliveries_and_flushes() {
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
async fn writes_after_queued_chunks() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    let frame = frames(&batch(count, 300)).clone();
    let (header, payload) = frame.split_at(4);
    let slices = [IoSlice::new(header), IoSlice::new(payload)];
    let all = poll_fn(|context| Poll::Ready(outbox.write(&mut transport, context, &slices))).await.unwrap();
    assert!(!all, "the frame is queued");
    let (numbers, _) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..=count));
}

#[tokio::test]
async fn queues_the_rest_of_a_partial_write() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let frame = frames(&batch(7, 4_000_000)).clone();
    let (header, payload) = frame.split_at(10);
    let slices = [IoSlice::new(header), IoSlice::new(payload)];
    let all = poll_fn(|context| Poll::Ready(outbox.write(&mut transport, context, &slices))).await.unwrap();
    let (_, bytes) = queue_size(&outbox);
    assert!(!all && bytes > 0 && bytes < payload.len(), "{bytes} of {}", frame.len());
    assert_eq!(drain(&outbox, transport, peer).await, (vec![7], None));
}

#[test]
fn overflows_at_the_byte_limit() {
    let limit = 9 * (frames(&batch(0, 100)).len() + CHUNK_OVERHEAD);
    let outbox = Outbox::new(WireFormat::Plain, None, limit, unlimited());
    for number in 0..9 {
        outbox.deliver(&batch(number, 100));
        assert_eq!(outbox.check_overflow(), Ok(()));
    }
    let (_, full) = queue_size(&outbox);
    assert_eq!(full, 9 * frames(&batch(0, 100)).len());
    outbox.deliver(&batch(9, 0));
    assert_eq!(outbox.check_overflow(), Err(Overflow), "an empty message exceeds the limit by its header");
    let (_, left) = queue_size(&outbox);
    assert_eq!(left, frames(&batch(0, 100)).len(), "the first chunk stays: it may be partly written");
    outbox.deliver(&batch(10, 1));
    assert_eq!(queue_size(&outbox).1, left, "deliveries after an overflow are dropped");
}

#[test]
fn counts_the_overhead_of_small_messages() {
    let outbox = Outbox::new(WireFormat::Plain, None, 64 * 1024, unlimited());
    let kept = (0..).take_while(|_| {
        outbox.deliver(&batch(0, 0));
        outbox.check_overflow().is_ok()
    });
    assert_eq!(kept.count(), 64 * 1024 / (frames(&batch(0, 0)).len() + CHUNK_OVERHEAD));
}

#[test]
fn accepts_a_single_batch_of_any_size() {
    let outbox = Outbox::new(WireFormat::Plain, None, 10, unlimited());
    outbox.deliver(&batch(0, 1000));
    assert_eq!(outbox.check_overflow(), Ok(()));
    outbox.deliver(&batch(1, 0));
    assert_eq!(outbox.check_overflow(), Err(Overflow));
}

#[tokio::test]
async fn completes_a_partly_written_frame_before_the_close_frame() {
    let (outbox, mut transport, peer) = open(1000).await;
    outbox.deliver(&batch(0, 4_000_000));
    let (_, bytes) = queue_size(&outbox);
    assert!(bytes > 0 && bytes < 4_000_000, "the frame is partly written");
    outbox.deliver(&batch(1, 10));
    assert_eq!(outbox.check_overflow(), Err(Overflow));
    close(&outbox, &mut transport).await;
    assert_eq!(drain(&outbox, transport, peer).await, (vec![0], Some(1013)));
}

#[tokio::test]
async fn sends_nothing_after_a_close_frame() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    close(&outbox, &mut transport).await;
    outbox.deliver(&batch(200, 10));
    let (numbers, code) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count));
    assert_eq!(code, Some(1013));
}

#[tokio::test]
async fn reports_a_lost_peer_to_the_task_only() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    stall(&outbox);
    drop(peer);
    let flushed = poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await;
    assert!(flushed.is_err());
    outbox.deliver(&batch(0, 10));
    let again = poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await;
    assert!(again.is_err(), "a delivery to a lost peer stays queued");
}

#[tokio::test]
async fn reports_a_lost_peer_of_an_empty_queue() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    drop(peer);
    while outbox.is_empty() {
        outbox.deliver(&batch(0, 10));
    }
    let flushed = poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await;
    assert!(flushed.is_err());
}

#[derive(Default)]
struct WakeCounter(AtomicUsize);

impl Wake for WakeCounter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn wakes_the_task_only_for_queued_chunks() {
    let (outbox, _transport, _peer) = open(NO_LIMIT).await;
    let wakes = Arc::new(WakeCounter::default());
    outbox.register(&Context::from_waker(&Waker::from(Arc::clone(&wakes))));
    outbox.deliver(&batch(0, 10));
    assert_eq!(wakes.0.load(Ordering::Relaxed), 0);
    stall(&outbox);
    assert_eq!(wakes.0.load(Ordering::Relaxed), 1);
}

#[test]
fn counts_deliveries_until_close() {
    let outbox = Outbox::new(WireFormat::Plain, None, 1000, unlimited());
    for _ in 0..2 {
        outbox.deliver(&batch(0, 100));
    }
    outbox.close();
    outbox.deliver(&batch(0, 100));
    assert_eq!(outbox.sent().to_string(), "2/200B");
}

/// Returns a reply; it is encoded like a delivery.
fn reply(number: u8, length: usize) -> Bytes {
    frames(&batch(number, length)).clone()
}

#[tokio::test]
async fn inserts_a_reply_at_its_reserved_place() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    outbox.reserve();
    outbox.deliver(&batch(count + 1, 10));
    outbox.fill_reserved(reply(count, 10));
    let (numbers, _) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count + 2));
}

#[tokio::test]
async fn holds_deliveries_back_until_the_reserved_reply() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    outbox.reserve();
    outbox.deliver(&batch(1, 10));
    assert!(!outbox.is_empty(), "a delivery waits for the reserved reply");
    outbox.fill_reserved(reply(0, 10));
    assert_eq!(drain(&outbox, transport, peer).await.0, [0, 1]);
}

#[test]
fn excludes_replies_from_the_byte_limit() {
    let outbox = Outbox::new(WireFormat::Plain, None, 1000, unlimited());
    outbox.reserve();
    outbox.fill_reserved(reply(0, 5000));
    outbox.push_reply(reply(1, 5000));
    assert_eq!((outbox.queued_replies(), outbox.check_overflow()), (2, Ok(())));
    outbox.deliver(&batch(2, 900));
    assert_eq!(outbox.check_overflow(), Ok(()));
    outbox.deliver(&batch(3, 900));
    assert_eq!(outbox.check_overflow(), Err(Overflow), "deliveries behind replies count");
    assert_eq!(outbox.queued_replies(), 1, "the first chunk stays");
}

#[tokio::test]
async fn forgets_written_replies() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    outbox.push_reply(reply(0, 10));
    poll_fn(|context| outbox.poll_flush(&mut transport, context, &mut false)).await.unwrap();
    assert_eq!((outbox.queued_replies(), outbox.is_empty()), (0, true));
    assert_eq!(drain(&outbox, transport, peer).await.0, [0]);
}
