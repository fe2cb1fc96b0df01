//! Performs the client's handshake (RFC 6455, section 4.1) over an open stream.

use std::io;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::response::{DeflateParams, UpgradeResponse};
use super::{DialError, Stream, UpgradeRequest, excerpt};

/// Largest response head, and largest part of a rejection's body that is read, in bytes.
const MAX_RESPONSE: usize = 64 * 1024;

/// Time to wait for the body of a rejection, which some servers never send.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);

/// Sends the request and reads the response. Returns the negotiated compression, and the bytes that followed the
/// response.
///
/// # Errors
/// Returns an error if the connection fails, if the server rejects the handshake, or if the response is invalid.
pub async fn handshake(
    stream: &mut impl Stream,
    request: &UpgradeRequest,
) -> Result<(Option<DeflateParams>, Vec<u8>), DialError> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).map_err(|error| DialError::System(error.into()))?;
    let key = STANDARD.encode(nonce);
    stream.write_all(request.encode(&key).as_bytes()).await.map_err(DialError::Io)?;
    stream.flush().await.map_err(DialError::Io)?;
    let mut bytes = Vec::with_capacity(512);
    let (response, length) = loop {
        let read = stream.read_buf(&mut bytes).await.map_err(DialError::Io)?;
        if let Some(found) = request.parse_response(&key, &bytes)? {
            break found;
        }
        if read == 0 || bytes.len() > MAX_RESPONSE {
            return Err(DialError::Handshake(incomplete(&bytes)));
        }
    };
    let rest = bytes.split_off(length);
    match response {
        UpgradeResponse::Accepted { deflate } => Ok((deflate, rest)),
        UpgradeResponse::Rejected { status, location, length, chunked } => {
            let body = rejection_body(stream, rest, length, chunked).await;
            Err(DialError::Rejected { status, location, body })
        }
    }
}

fn incomplete(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "the server closed the connection without a response".to_owned();
    }
    format!("incomplete response: {}", excerpt(bytes))
}

/// Returns the first line of a rejection's body, as far as it arrives in time.
async fn rejection_body(stream: &mut impl Stream, mut body: Vec<u8>, length: Option<usize>, chunked: bool) -> String {
    // The first line of a chunked body is the length of the chunk.
    let lines = if chunked { 2 } else { 1 };
    let length = length.unwrap_or(MAX_RESPONSE).min(MAX_RESPONSE);
    let reading = async {
        while body.len() < length && body.split(|&byte| byte == b'\n').nth(lines).is_none() {
            if stream.read_buf(&mut body).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    // A partial body is better than none.
    let _ = tokio::time::timeout(BODY_TIMEOUT, reading).await;
    let start = if chunked { body.iter().position(|&byte| byte == b'\n').map_or(body.len(), |end| end + 1) } else { 0 };
    excerpt(&body[start..])
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::*;

    /// A stream that returns these bytes, at most 7 per read, and ignores writes.
    struct CannedResponse(&'static [u8]);

    impl AsyncRead for CannedResponse {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            let response = self.get_mut();
            let (now, later) = response.0.split_at(response.0.len().min(7));
            buffer.put_slice(now);
            response.0 = later;
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for CannedResponse {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    async fn rejection(response: &'static [u8]) -> String {
        let request = UpgradeRequest::example();
        let error = handshake(&mut CannedResponse(response), &request).await.expect_err("the handshake fails");
        error.to_string()
    }

    #[tokio::test]
    async fn reports_the_first_line_of_a_rejection() {
        for (response, line) in [
            (&b"HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\nnot from\nthere"[..], "403 Forbidden: not from"),
            (
                b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nnever\r\n0\r\n\r\n",
                "404 Not Found: never",
            ),
            (b"HTTP/1.1 200 OK\r\n\r\n<html>", "200 OK with an HTML page"),
            (b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", "302 Found (Location: /login)"),
            (b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\nmore", "426 Upgrade Required"),
        ] {
            let error = rejection(response).await;
            assert!(error.starts_with(&format!("the server rejected the handshake: {line}")), "{error}");
        }
    }

    #[tokio::test]
    async fn reports_a_missing_or_incomplete_response() {
        assert!(rejection(b"").await.contains("without a response"));
        assert!(rejection(b"HTTP/1.1 101 Switching").await.contains("incomplete response: HTTP/1.1 101 Switching"));
        assert!(rejection(b"220 mail.example ESMTP\r\n").await.contains("not HTTP/1.1: 220 mai"));
        assert!(
            rejection(b"\x15\x03\x03\x00\x02\x02\x46").await.contains("uses TLS on this port: connect with wss://")
        );
    }
}
