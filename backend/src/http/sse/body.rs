//! Body of an event stream.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc::Receiver;

use crate::connection::admission::Admitted;

/// Stream of encoded events, which ends when the task of the stream closes the channel. It counts as a connection until
/// HTTP drops it: at its end, or when the client disconnects.
#[derive(Debug)]
pub struct EventStream {
    chunks: Receiver<Bytes>,
    _admitted: Admitted,
}

impl EventStream {
    /// Creates a body from the chunks of a channel.
    pub fn new(chunks: Receiver<Bytes>, admitted: Admitted) -> Self {
        Self { chunks, _admitted: admitted }
    }
}

impl Stream for EventStream {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.poll_recv(context).map(|chunk| chunk.map(Ok))
    }
}
