//! What is handed to HTTP: chunks, as they come.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc::Receiver;

use crate::connection::admission::Admitted;

/// A stream of events, until the listener ends it. HTTP drops it when it is out, or when nobody
/// reads it any more: so long it counts as a connection.
#[derive(Debug)]
pub struct EventStream {
    chunks: Receiver<Bytes>,
    _admitted: Admitted,
}

impl EventStream {
    /// What comes through here.
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
