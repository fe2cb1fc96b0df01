//! Socket of a connection for subscriptions.

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use crate::backplane::shared::store::StoreError;

use super::credentials::RedisCredentials;
use super::resp_frame::RespFrame;
use super::stream::RedisStream;

/// Bytes that are read at once.
const READ_SIZE: usize = 64 << 10;

/// Socket of a connection for subscriptions. It is read while something is written, so that the output buffer of the
/// server does not fill up.
pub(super) struct SubscribeSocket {
    reader: ReadHalf<Box<dyn RedisStream>>,
    writer: WriteHalf<Box<dyn RedisStream>>,
    input: BytesMut,
    output: BytesMut,
    needs_flush: bool,
}

impl SubscribeSocket {
    /// Selects RESP3 and authenticates.
    pub async fn start(stream: Box<dyn RedisStream>, credentials: &RedisCredentials) -> Result<Self, StoreError> {
        let (reader, writer) = tokio::io::split(stream);
        let mut socket = Self { reader, writer, input: BytesMut::new(), output: BytesMut::new(), needs_flush: false };
        let mut hello = ::redis::cmd("HELLO");
        hello.arg(3);
        if let Some(password) = &credentials.password {
            hello.arg("AUTH").arg(credentials.username.as_deref().unwrap_or("default")).arg(password);
        }
        socket.send(&hello.get_packed_command());
        match socket.next_frame().await? {
            RespFrame::Error(error) => Err(StoreError(format!("the Redis server rejects the connection: {error}"))),
            _ => Ok(socket),
        }
    }

    /// Appends bytes to those that [`next_frame`](Self::next_frame) writes.
    pub fn send(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    /// Returns the next frame that has already been read.
    pub fn buffered_frame(&mut self) -> Result<Option<RespFrame>, StoreError> {
        RespFrame::take(&mut self.input)
    }

    /// Writes what there is to write until a frame is received, and returns it. Cancellation loses nothing.
    pub async fn next_frame(&mut self) -> Result<RespFrame, StoreError> {
        loop {
            if let Some(frame) = self.buffered_frame()? {
                return Ok(frame);
            }
            self.input.reserve(READ_SIZE);
            let Self { reader, writer, input, output, needs_flush } = self;
            let has_output = *needs_flush || output.has_remaining();
            let result = tokio::select! {
                read = reader.read_buf(input) => match read {
                    Ok(0) => return Err(StoreError("the Redis server closed the connection".into())),
                    Ok(_) => Ok(()),
                    Err(error) => Err(error),
                },
                written = write_some(writer, output, needs_flush), if has_output => written,
            };
            result.map_err(|error| StoreError(error.to_string()))?;
        }
    }
}

async fn write_some(
    writer: &mut WriteHalf<Box<dyn RedisStream>>,
    output: &mut BytesMut,
    needs_flush: &mut bool,
) -> std::io::Result<()> {
    if output.has_remaining() {
        writer.write_buf(output).await?;
        *needs_flush = true;
    } else {
        // TLS may hold back a part of what it has accepted.
        writer.flush().await?;
        *needs_flush = false;
    }
    Ok(())
}
