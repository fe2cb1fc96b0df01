//! Detects a server that responds with TLS to a request without it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::dial::tls_error::is_tls_record;

/// A stream that records whether the first bytes from the server are TLS.
#[derive(Debug)]
pub struct TlsDetector<S> {
    stream: S,
    is_tls: Arc<OnceLock<bool>>,
}

impl<S> TlsDetector<S> {
    /// Creates a detector; returns it with the cell that it sets to `true` for TLS, or to `false` for other bytes.
    pub fn new(stream: S) -> (Self, Arc<OnceLock<bool>>) {
        let is_tls = Arc::default();
        (Self { stream, is_tls: Arc::clone(&is_tls) }, is_tls)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TlsDetector<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let read = &buffer.filled()[before..];
        if !read.is_empty() {
            self.is_tls.get_or_init(|| is_tls_record(read));
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TlsDetector<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn only_the_first_bytes_count() {
        for (response, expected) in [
            (&b"\x15\x03\x03\x00\x02\x02\x46"[..], Some(true)),
            (b"HTTP/1.1 200 OK\r\n\r\n", Some(false)),
            (b"SSH-2.0-\x15\x03", Some(false)),
            (b"", None),
        ] {
            let (mut stream, is_tls) = TlsDetector::new(response);
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.expect("a slice is readable");
            assert_eq!((bytes.as_slice(), is_tls.get().copied()), (response, expected));
        }
    }
}
