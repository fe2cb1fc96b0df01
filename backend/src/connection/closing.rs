//! The closing handshake (RFC 6455, section 7.1): the close frame goes out after what was sent
//! before, the peer's is waited for, and only then does the socket go.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;
use yodel_protocol::CloseCode;

use super::buffers;
use super::close_reason::CloseReason;
use super::socket::Socket;
use yodel_websocket::decoder::Received;

/// How long the rest of the input is read away. Closing a TCP socket with unread input resets it, and
/// the reset can overtake the close frame: a client that sent too much would not learn why, and come
/// back for ever.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// How much of it, in bytes.
const MAX_DRAINED: usize = 16 * 1024 * 1024;

/// A closing handshake on its way. In a box: idle connections, which are many, need no buffer for it.
pub type CloseFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Closes; each step takes at most as long as `step_timeout`.
pub async fn close(mut socket: Socket, close_reason: CloseReason, step_timeout: Duration) {
    if close_reason.code() == CloseCode::ABNORMAL {
        return; // Nobody is there.
    }
    let sent = timeout(step_timeout, send_close_frame(&mut socket, &close_reason)).await;
    if !matches!(sent, Ok(Ok(()))) {
        return;
    }
    let input_finished = match close_reason {
        // The peer sent everything before its close frame.
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
    poll_fn(|context| socket.poll_flush(context)).await
}

/// Waits for the peer's close frame; messages that were on their way are dropped, up to a bound. False
/// when there is more after it.
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
            Some(false) => {}
            Some(true) => return socket.is_input_handled(),
            None => return true,
        }
    }
}

/// Whether a close frame is in the input; `None` when what follows cannot be understood.
fn find_close_frame(socket: &mut Socket, input: &mut [u8], buffer: &mut Vec<u8>) -> Option<bool> {
    let mut consumed = 0;
    while consumed < input.len() {
        let (length, event) = socket.decode(&mut input[consumed..], buffer).ok()?;
        consumed += length;
        if matches!(event, Some(Received::Close(..))) {
            socket.unread(&input[consumed..]);
            return Some(true);
        }
    }
    socket.unread(&[]);
    Some(false)
}

/// Ends our side and reads until the peer ends its own.
async fn drain_input(socket: &mut Socket, input_finished: bool) -> io::Result<()> {
    poll_fn(|context| socket.poll_shutdown(context)).await?;
    let mut remaining = if input_finished { 0 } else { MAX_DRAINED };
    while remaining > 0 {
        let read = poll_fn(|context| buffers::with(|buffers| socket.poll_read(context, &mut buffers.input))).await?;
        socket.unread(&[]);
        remaining = if read == 0 { 0 } else { remaining.saturating_sub(read) };
    }
    Ok(())
}
