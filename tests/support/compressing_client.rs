//! A raw WebSocket client with permessage-deflate (RFC 7692). It exposes which frames are compressed and
//! can send frames that a conforming client would not.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use tokio::net::TcpStream;

use crate::TestServer;
use crate::http::{self, frame};

/// Flush marker at the end of a message, which is not sent (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Upper bound of an inflated message in bytes.
const MAX_MESSAGE: usize = 2 << 20;

/// An open WebSocket connection with its compression state.
#[derive(Debug)]
pub struct CompressingClient {
    /// The socket, for raw frames.
    pub stream: TcpStream,
    /// The response's `Sec-WebSocket-Extensions`; empty without the header.
    pub extensions: String,
    deflate: Compress,
    inflate: Decompress,
}

/// A received message and the encoding of its frame.
#[derive(Debug, PartialEq, Eq)]
pub struct ReceivedMessage {
    /// Payload, inflated.
    pub message: Vec<u8>,
    /// RSV1 of the frame: true for a compressed payload.
    pub compressed: bool,
    /// Payload length on the wire in bytes.
    pub size: usize,
}

impl CompressingClient {
    /// Connects and offers `permessage-deflate` with these parameters, such as
    /// `; server_max_window_bits=10`.
    pub async fn connect(server: &TestServer, path: &str, parameters: &str) -> Self {
        Self::offer(server, path, &format!("permessage-deflate{parameters}")).await
    }

    /// Connects with this value of `Sec-WebSocket-Extensions`.
    pub async fn offer(server: &TestServer, path: &str, offer: &str) -> Self {
        let extra_headers = format!("Sec-WebSocket-Extensions: {offer}\r\n");
        let (stream, head) = http::open_with(server.address, path, &extra_headers).await;
        let extensions = head.lines().find_map(|line| line.strip_prefix("sec-websocket-extensions: "));
        let extensions = extensions.unwrap_or_default().to_owned();
        let (deflate, inflate) = (Compress::new(Compression::fast(), false), Decompress::new(false));
        Self { stream, extensions, deflate, inflate }
    }

    /// Sends a masked frame with this first byte and payload.
    pub async fn send(&mut self, first_byte: u8, payload: &[u8]) {
        http::write(&mut self.stream, &frame(first_byte, payload)).await;
    }

    /// Compresses a message and sends it in one frame.
    pub async fn send_compressed(&mut self, opcode: u8, message: &[u8]) {
        let payload = self.deflated(message);
        self.send(0xc0 | opcode, &payload).await;
    }

    /// Returns the compressed payload of the next message to send.
    pub fn deflated(&mut self, message: &[u8]) -> Vec<u8> {
        if message.is_empty() {
            return vec![0]; // RFC 7692 §7.2.3.6; zlib flushes nothing for an empty input.
        }
        if self.extensions.contains("client_no_context_takeover") {
            self.deflate.reset();
        }
        let mut out = Vec::with_capacity(message.len() + message.len() / 8 + 100);
        self.deflate.compress_vec(message, &mut out, FlushCompress::Sync).expect("compression succeeds");
        out.strip_suffix(&TAIL).expect("output ends with the flush marker").to_vec()
    }

    /// Receives the next frame, which must be a whole message with this opcode.
    pub async fn receive(&mut self, opcode: u8) -> ReceivedMessage {
        let (first_byte, payload) = http::read_frame(&mut self.stream).await;
        assert_eq!(first_byte & 0x8f, 0x80 | opcode, "{payload:x?}");
        let (compressed, size) = (first_byte & 0x40 != 0, payload.len());
        let message = if compressed { self.inflated(&payload) } else { payload };
        ReceivedMessage { message, compressed, size }
    }

    /// Inflates a payload.
    fn inflated(&mut self, payload: &[u8]) -> Vec<u8> {
        if self.extensions.contains("server_no_context_takeover") {
            self.inflate.reset(false);
        }
        let mut out = Vec::with_capacity(MAX_MESSAGE);
        let whole = [payload, &TAIL].concat();
        let before = self.inflate.total_in();
        self.inflate.decompress_vec(&whole, &mut out, FlushDecompress::Sync).expect("payload can be inflated");
        assert_eq!(self.inflate.total_in() - before, whole.len() as u64, "the whole payload is consumed");
        out
    }
}
