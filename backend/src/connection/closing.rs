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
use yodel_websocket::decoder::Event;

/// How long the rest of the input is read away. Closing a TCP socket with unread input resets it, and
/// the reset can overtake the close frame: a client that sent too much would not learn why, and come
/// back for ever.
const LINGER: Duration = Duration::from_secs(2);

/// How much of it, in bytes.
const MOST: usize = 16 * 1024 * 1024;

/// A closing handshake on its way. In a box: idle connections, which are many, need no room for it.
pub type Closing = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Closes; each step takes at most as long as `patience`.
pub async fn close(mut socket: Socket, ending: CloseReason, patience: Duration) {
    if ending.code() == CloseCode::ABNORMAL {
        return; // Nobody is there.
    }
    let said = timeout(patience, say(&mut socket, &ending)).await;
    if !matches!(said, Ok(Ok(()))) {
        return;
    }
    let ended = match ending {
        // The peer said everything before its close frame.
        CloseReason::Theirs(_) => socket.is_drained(),
        CloseReason::Ours(..) => timeout(patience, answered(&mut socket)).await.unwrap_or(true),
        CloseReason::Broken(_) => false,
    };
    if socket.transport.shutdown_needed() || !ended {
        let _ = timeout(LINGER, read_away(&mut socket, ended)).await;
    }
}

async fn say(socket: &mut Socket, ending: &CloseReason) -> io::Result<()> {
    poll_fn(|context| Poll::Ready(socket.close(context, ending.code(), &ending.reason()))).await?;
    poll_fn(|context| socket.poll_flush(context)).await
}

/// Waits for the peer's close frame; messages that were on their way are dropped, up to a bound. False
/// when there is more after it.
async fn answered(socket: &mut Socket) -> bool {
    let mut left = MOST;
    loop {
        let read = poll_fn(|context| {
            buffers::with(|buffers| {
                let read = std::task::ready!(socket.poll_read(context, &mut buffers.input));
                left = left.saturating_sub(*read.as_ref().unwrap_or(&0));
                Poll::Ready(
                    read.ok()
                        .filter(|length| *length > 0 && left > 0)
                        .and_then(|length| is_closed(socket, &mut buffers.input[..length], &mut buffers.message)),
                )
            })
        });
        match read.await {
            Some(false) => {}
            Some(true) => return socket.is_drained(),
            None => return true,
        }
    }
}

/// Whether a close frame is in the input; `None` when what follows cannot be understood.
fn is_closed(socket: &mut Socket, input: &mut [u8], room: &mut Vec<u8>) -> Option<bool> {
    let mut taken = 0;
    while taken < input.len() {
        let (consumed, received) = socket.decode(&mut input[taken..], room).ok()?;
        taken += consumed;
        if matches!(received, Some(Event::Close(..))) {
            socket.hold(&input[taken..]);
            return Some(true);
        }
    }
    socket.hold(&[]);
    Some(false)
}

/// Ends our side and reads until the peer ends its own.
async fn read_away(socket: &mut Socket, ended: bool) -> io::Result<()> {
    poll_fn(|context| socket.poll_shutdown(context)).await?;
    let mut left = if ended { 0 } else { MOST };
    while left > 0 {
        let read = poll_fn(|context| buffers::with(|buffers| socket.poll_read(context, &mut buffers.input))).await?;
        socket.hold(&[]);
        left = if read == 0 { 0 } else { left.saturating_sub(read) };
    }
    Ok(())
}
