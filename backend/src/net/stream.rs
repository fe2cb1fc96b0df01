//! Bidirectional byte streams.

use tokio::io::{AsyncRead, AsyncWrite};

/// Bidirectional byte stream, such as a socket with or without TLS.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}
