//! Sockets to servers.

use tokio::io::{AsyncRead, AsyncWrite};

/// Socket to a server, with or without TLS.
pub(super) trait RedisStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> RedisStream for S {}
