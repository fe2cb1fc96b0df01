//! One WebSocket, over axum's extractor: messages in, messages out, and the right close code for
//! each way to break the protocol.

#[allow(clippy::decimal_bitwise_operands, clippy::wrong_self_convention)]
pub mod frame;
#[allow(clippy::cast_possible_truncation)]
pub mod mask;
#[allow(dead_code)] // A client finds fewer of them than a server.
pub mod violation;

use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::{self, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use protocol::CloseCode;
use tungstenite::Error;
use tungstenite::error::ProtocolError;

use crate::message::{Kind, Message};

/// What one read takes from the kernel, in bytes. Large enough for nearly every message in one
/// read, small enough for thousands of idle connections.
const READ_BUFFER: usize = 4 * 1024;

/// What is written at once, in bytes.
const WRITE_BUFFER: usize = 16 * 1024;

/// An open WebSocket.
#[derive(Debug)]
pub struct WebSocket {
    inner: ws::WebSocket,
    /// Something was fed and may not be in the kernel yet.
    unflushed: bool,
}

/// What came of waiting on a socket.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// All that was fed is written.
    Flushed,
    /// A whole message.
    Message(Message),
    /// A ping (already answered) or a pong.
    Control,
    /// The peer sent a close frame (already answered) or is gone.
    Closed(CloseCode),
    /// The peer broke the protocol; it is to be closed with this code.
    Broken(CloseCode),
}

/// Answers a handshake, and gives the socket to `connection` once it is open. A handshake that is no
/// good gets a response that says why.
pub async fn upgrade<F>(
    parts: &mut Parts,
    max_message: usize,
    connection: impl FnOnce(WebSocket) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_message_size(max_message)
            .max_frame_size(max_message)
            .on_upgrade(|inner| connection(WebSocket { inner, unflushed: false })),
        Err(rejection) => rejection.into_response(),
    }
}

impl WebSocket {
    /// Whether something that was fed still waits to be written.
    pub fn is_flushed(&self) -> bool {
        !self.unflushed
    }

    /// Puts a message into the write buffer; [`turn`](Self::turn) writes it.
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn feed(&mut self, message: Message) -> Result<(), CloseCode> {
        self.start_send(match message.kind {
            Kind::Binary => ws::Message::Binary(message.payload),
            // Text was checked when it came in or made from a string here.
            Kind::Text => {
                ws::Message::Text(ws::Utf8Bytes::try_from(message.payload).map_err(|_| CloseCode::INVALID_DATA)?)
            }
        })
    }

    /// Puts a ping into the write buffer.
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn ping(&mut self) -> Result<(), CloseCode> {
        self.start_send(ws::Message::Ping(Bytes::new()))
    }

    fn start_send(&mut self, message: ws::Message) -> Result<(), CloseCode> {
        self.unflushed = true;
        self.inner.start_send_unpin(message).map_err(|_| CloseCode::ABNORMAL)
    }

    /// Writes what was fed and, when `reading`, reads: whatever comes first.
    pub async fn turn(&mut self, reading: bool) -> Turn {
        poll_fn(|context| self.poll_turn(context, reading)).await
    }

    fn poll_turn(&mut self, context: &mut Context<'_>, reading: bool) -> Poll<Turn> {
        if self.unflushed
            && let Poll::Ready(flushed) = self.inner.poll_flush_unpin(context)
        {
            self.unflushed = false;
            return Poll::Ready(flushed.map_or(Turn::Closed(CloseCode::ABNORMAL), |()| Turn::Flushed));
        }
        if !reading {
            return Poll::Pending;
        }
        let next = ready!(self.inner.poll_next_unpin(context));
        Poll::Ready(match next {
            Some(Ok(message)) => received(message),
            Some(Err(error)) => broken(error),
            None => Turn::Closed(CloseCode::ABNORMAL),
        })
    }

    /// Sends a close frame and waits for the answer, both at most for `patience`.
    pub async fn close(mut self, code: CloseCode, reason: &'static str, patience: Duration) {
        let frame = ws::CloseFrame { code: code.0, reason: ws::Utf8Bytes::from_static(reason) };
        if self.start_send(ws::Message::Close(Some(frame))).is_ok() {
            let _ = tokio::time::timeout(patience, self.answered()).await;
        }
    }

    async fn answered(&mut self) {
        // Written before anything is read: after a broken frame reading only fails again.
        while self.unflushed && self.turn(false).await == Turn::Flushed {}
        while !matches!(self.turn(true).await, Turn::Closed(_) | Turn::Broken(_)) {}
    }

    /// Lets the answer to the peer's close frame out.
    pub async fn finish(mut self, patience: Duration) {
        let gone = async { while self.inner.next().await.is_some() {} };
        let _ = tokio::time::timeout(patience, gone).await;
    }
}

fn received(message: ws::Message) -> Turn {
    match message {
        ws::Message::Text(text) => Turn::Message(Message { kind: Kind::Text, payload: text.into() }),
        ws::Message::Binary(payload) => Turn::Message(Message { kind: Kind::Binary, payload }),
        ws::Message::Ping(_) | ws::Message::Pong(_) => Turn::Control,
        ws::Message::Close(frame) => Turn::Closed(frame.map_or(CloseCode::NO_CODE, |frame| CloseCode(frame.code))),
    }
}

/// RFC 6455, section 7.4.1: which code says what was wrong.
fn broken(error: axum::Error) -> Turn {
    match error.into_inner().downcast_ref::<Error>() {
        Some(Error::Capacity(_)) => Turn::Broken(CloseCode::MESSAGE_TOO_BIG),
        Some(Error::Utf8(_)) => Turn::Broken(CloseCode::INVALID_DATA),
        Some(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => Turn::Closed(CloseCode::ABNORMAL),
        Some(Error::Protocol(_)) => Turn::Broken(CloseCode::PROTOCOL_ERROR),
        _ => Turn::Closed(CloseCode::ABNORMAL),
    }
}
