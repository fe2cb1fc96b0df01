//! The closing handshake (RFC 6455 §7.1): sends the close frame after all queued frames, waits for the close
//! frame of the peer, and then closes the socket.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::timeout;
use yodel_protocol::CloseCode;

use super::buffers;
use super::close_reason::CloseReason;
use super::socket::Socket;
use yodel_websocket::decoder::Event;

/// Maximum duration of draining the input. Closing a TCP socket with unread input resets it, and the reset
/// can overtake the close frame. The client would see 1006 instead of the real close code and reconnect
/// forever.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// Maximum number of bytes that are read and discarded.
const MAX_DRAINED: usize = 16 * 1024 * 1024;

/// A running closing handshake. Boxed, so that idle connections reserve no memory for it.
pub type CloseFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Closes a connection. Each step takes at most `step_timeout`. Dropping the future closes the socket at
/// once.
pub async fn close(mut socket: Socket, close_reason: CloseReason, step_timeout: Duration) {
    if close_reason.code() == CloseCode::ABNORMAL {
        return; // The connection is lost.
    }
    socket.discard_messages();
    let sent = timeout(step_timeout, send_close_frame(&mut socket, &close_reason)).await;
    if !matches!(sent, Ok(Ok(()))) {
        return;
    }
    let input_finished = match close_reason {
        // A peer must not send anything after its close frame (RFC 6455 §5.5.1); if it does, that is drained.
        CloseReason::Peer(_) => socket.is_input_handled(),
        CloseReason::Server(..) => timeout(step_timeout, wait_for_close_frame(&mut socket)).await.unwrap_or(true),
        CloseReason::Protocol(_) => false,
    };
    if socket.transport.shutdown_needed() || !input_finished {
        let _ = timeout(DRAIN_TIMEOUT, drain_input(&mut socket, input_finished)).await;
    }
}

async fn send_close_frame(socket: &mut Socket, close_reason: &CloseReason) -> io::Result<()> {
    poll_fn(|context| Poll::Ready(socket.close(context, close_reason.code(), &close_reason.reason()))).await?;
    poll_fn(|context| {
        // Load shedding may discard the queue, which ends the wait for a peer that does not read.
        socket.handle.register(context);
        socket.poll_flush(context)
    })
    .await
}

/// Waits for the close frame of the peer and skips messages by their headers, at most `MAX_DRAINED` bytes. Returns
/// false if input follows the close frame; true otherwise, also at the end of the input and after an error.
async fn wait_for_close_frame(socket: &mut Socket) -> bool {
    let mut remaining = MAX_DRAINED;
    loop {
        let read =
            poll_fn(|context| {
                buffers::with(|buffers| {
                    let read = std::task::ready!(socket.poll_read(context, &mut buffers.input));
                    remaining = remaining.saturating_sub(*read.as_ref().unwrap_or(&0));
                    Poll::Ready(read.ok().filter(|length| *length > 0 && remaining > 0).and_then(|length| {
                        find_close_frame(socket, &mut buffers.input[..length], &mut buffers.message)
                    }))
                })
            });
        match read.await {
            Some(false) => yield_now().await,
            Some(true) => return socket.is_input_handled(),
            None => return true,
        }
    }
}

/// Decodes the input and returns whether it contains a close frame; `None` after a protocol error.
fn find_close_frame(socket: &mut Socket, input: &mut [u8], buffer: &mut Vec<u8>) -> Option<bool> {
    let mut consumed = 0;
    while consumed < input.len() {
        let (length, event) = socket.decode(&mut input[consumed..], buffer).ok()?;
        consumed += length;
        if matches!(event, Some(Event::Close(..))) {
            socket.unread(&input[consumed..]);
            return Some(true);
        }
    }
    socket.unread(&[]);
    // Load shedding would otherwise count on pending input that is already freed.
    socket.report_memory();
    Some(false)
}

/// Shuts down the sending direction, then reads and discards the input until the peer closes.
async fn drain_input(socket: &mut Socket, input_finished: bool) -> io::Result<()> {
    poll_fn(|context| socket.poll_shutdown(context)).await?;
    let mut remaining = if input_finished { 0 } else { MAX_DRAINED };
    while remaining > 0 {
        let read = poll_fn(|context| buffers::with(|buffers| socket.poll_read(context, &mut buffers.input))).await?;
        socket.unread(&[]);
        remaining = if read == 0 { 0 } else { remaining.saturating_sub(read) };
        yield_now().await;
    }
    Ok(())
}
