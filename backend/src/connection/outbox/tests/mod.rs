//! Uses loopback sockets with small buffers, so that a peer that does not read fills them soon.

mod close;
mod delivery;
mod limit;
mod memory;
mod reply;

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

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

const NO_LIMIT: usize = usize::MAX;

/// Returns an outbox that queues at most `limit` bytes, with an unlimited budget.
fn without_socket(limit: usize) -> Outbox {
    Outbox::new(WireFormat::Plain, None, limit, MemoryBudget::new(usize::MAX))
}

/// Returns an outbox with its socket, the transport of its task, and the peer.
async fn open(limit: usize) -> (Outbox, Transport, TcpStream) {
    let (socket, peer) = sockets().await;
    let outbox = without_socket(limit);
    attach(&outbox, socket);
    (outbox, Transport::Shared, peer)
}

fn attach(outbox: &Outbox, socket: TcpStream) {
    let Acceptance::Served(permit) = SocketLimit::new(1, 1, Vec::new()).accept(Ipv4Addr::LOCALHOST.into()) else {
        panic!("the first socket is served")
    };
    outbox.attach_socket(Tcp::new(socket, permit));
}

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

/// Returns a reply; it is encoded like a delivery.
fn reply(number: u8, length: usize) -> Bytes {
    frames(&batch(number, length)).clone()
}

/// Delivers messages until one is queued, and returns their number.
fn stall(outbox: &Outbox) -> u8 {
    let fills = |number: &u8| {
        outbox.deliver(&batch(*number, 10_000));
        !outbox.is_empty()
    };
    1 + (0..=u8::MAX).find(fills).expect("the buffers fill, because the peer does not read")
}

async fn write(outbox: &Outbox, transport: &mut Transport, slices: &[IoSlice<'_>]) -> io::Result<bool> {
    poll_fn(|context| Poll::Ready(outbox.write(transport, context, slices))).await
}

async fn flush(outbox: &Outbox, transport: &mut Transport) -> io::Result<()> {
    poll_fn(|context| outbox.poll_flush(transport, context, &mut false)).await
}

async fn close(outbox: &Outbox, transport: &mut Transport) {
    let mut frame = Vec::new();
    encoder::close(CloseCode::TRY_AGAIN_LATER, "too slow", &mut frame);
    outbox.close();
    write(outbox, transport, &[IoSlice::new(&frame)]).await.unwrap();
}

/// Flushes the outbox while the peer reads to the end. Returns the message numbers and the close code.
async fn drain(outbox: &Outbox, mut transport: Transport, peer: TcpStream) -> (Vec<u8>, Option<u16>) {
    let reading = tokio::spawn(read(peer));
    finish(outbox, &mut transport).await;
    reading.await.unwrap()
}

async fn finish(outbox: &Outbox, transport: &mut Transport) {
    flush(outbox, transport).await.unwrap();
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

/// Returns the capacity of the queue in chunks, and its size in bytes.
fn queue_size(outbox: &Outbox) -> (usize, usize) {
    let queue = outbox.queue.lock();
    let counted: usize = queue.chunks.iter().map(queue::Chunk::cost).sum();
    assert_eq!(queue.memory.total(), counted);
    assert_eq!(outbox.is_empty(), queue.chunks.is_empty(), "the flag matches the queue");
    (queue.chunks.capacity(), queue.chunks.iter().map(|chunk| chunk.bytes.len()).sum())
}
