//! The exchange of a handshake over a connection.

use std::io;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::answer::{Answer, Deflate};
use super::{DialError, Stream, Upgrade, excerpt};

/// The longest answer, and the longest reason for a refusal, in bytes.
const LONGEST: usize = 64 * 1024;

/// How long to wait for the reason of a refusal, which some servers never send.
const REASON: Duration = Duration::from_secs(1);

/// Asks, and returns what was agreed and what came behind the answer.
pub async fn shake(stream: &mut impl Stream, upgrade: &Upgrade) -> Result<(Option<Deflate>, Vec<u8>), DialError> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).map_err(|error| DialError::System(error.into()))?;
    let key = STANDARD.encode(nonce);
    stream.write_all(upgrade.request(&key).as_bytes()).await.map_err(DialError::Broken)?;
    stream.flush().await.map_err(DialError::Broken)?;
    let mut bytes = Vec::with_capacity(512);
    let (answer, length) = loop {
        let read = stream.read_buf(&mut bytes).await.map_err(DialError::Broken)?;
        if let Some(found) = upgrade.answer(&key, &bytes)? {
            break found;
        }
        if read == 0 || bytes.len() > LONGEST {
            return Err(DialError::Handshake(half(&bytes)));
        }
    };
    let rest = bytes.split_off(length);
    match answer {
        Answer::Open { deflate } => Ok((deflate, rest)),
        Answer::Refused { status, length, chunked } => {
            Err(DialError::Refused { status, body: reason(stream, rest, length, chunked).await })
        }
    }
}

fn half(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "the server closed the connection without an answer".to_owned();
    }
    format!("half an answer: {}", excerpt(bytes))
}

/// The first line of a refusal's body.
async fn reason(stream: &mut impl Stream, mut body: Vec<u8>, length: Option<usize>, chunked: bool) -> String {
    // Of what comes as chunks the first line is a length.
    let lines = if chunked { 2 } else { 1 };
    let length = length.unwrap_or(LONGEST).min(LONGEST);
    let reading = async {
        while body.len() < length && body.split(|&byte| byte == b'\n').nth(lines).is_none() {
            if stream.read_buf(&mut body).await? == 0 {
                break;
            }
        }
        io::Result::Ok(())
    };
    // What came until then is better than nothing.
    let _ = tokio::time::timeout(REASON, reading).await;
    let begin = if chunked { body.iter().position(|&byte| byte == b'\n').map_or(body.len(), |end| end + 1) } else { 0 };
    excerpt(&body[begin..])
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::*;

    /// A server that says this, whatever it is asked.
    struct Said(&'static [u8]);

    impl AsyncRead for Said {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            let said = self.get_mut();
            let (now, later) = said.0.split_at(said.0.len().min(7));
            buffer.put_slice(now);
            said.0 = later;
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for Said {
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

    async fn refusal(said: &'static [u8]) -> String {
        let upgrade = Upgrade::example();
        let refused = shake(&mut Said(said), &upgrade).await.expect_err("it is none");
        refused.to_string()
    }

    #[tokio::test]
    async fn a_refusal_says_its_first_line() {
        for (said, line) in [
            (&b"HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\nnot from\nthere"[..], "403 Forbidden: not from"),
            (
                b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nnever\r\n0\r\n\r\n",
                "404 Not Found: never",
            ),
            (b"HTTP/1.1 200 OK\r\n\r\n<html>", "200 OK: <html>"),
            (b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\nmore", "426 Upgrade Required"),
        ] {
            let error = refusal(said).await;
            assert!(error.starts_with(&format!("the server refused the handshake: {line}")), "{error}");
        }
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_or_half_of_it_is_no_refusal() {
        assert!(refusal(b"").await.contains("without an answer"));
        assert!(refusal(b"HTTP/1.1 101 Switching").await.contains("half an answer: HTTP/1.1 101 Switching"));
        assert!(refusal(b"220 mail.example ESMTP\r\n").await.contains("no HTTP/1.1: 220 mai"));
    }
}
