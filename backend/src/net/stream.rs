//! Bytes in both directions, whatever is underneath.

use tokio::io::{AsyncRead, AsyncWrite};

/// What a socket is, with or without TLS.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}
