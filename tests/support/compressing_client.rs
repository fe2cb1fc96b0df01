//! A WebSocket client with compression (RFC 7692), whose frames are written by hand: it sees which of
//! them are compressed, and sends what no well-behaved client does.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::TestServer;
use crate::http::{self, frame};

/// What ends a message and is not sent (section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// More than any message of these tests has, in bytes.
const LARGEST: usize = 2 << 20;

/// An open WebSocket.
#[derive(Debug)]
pub struct CompressingClient {
    /// For frames that are made elsewhere.
    pub stream: TcpStream,
    /// The server's `Sec-WebSocket-Extensions`; empty when there is none.
    pub agreed: String,
    deflate: Compress,
    inflate: Decompress,
}

/// A message, and how it came.
#[derive(Debug, PartialEq, Eq)]
pub struct Arrived {
    /// What it says, inflated.
    pub message: Vec<u8>,
    /// Whether it was compressed.
    pub compressed: bool,
    /// How many bytes of payload its frame had.
    pub size: usize,
}

impl CompressingClient {
    /// Connects and offers these parameters of `permessage-deflate`, such as
    /// `; server_max_window_bits=10`.
    pub async fn connect(server: &TestServer, path: &str, parameters: &str) -> Self {
        Self::offer(server, path, &format!("permessage-deflate{parameters}")).await
    }

    /// Connects with this `Sec-WebSocket-Extensions`.
    pub async fn offer(server: &TestServer, path: &str, offer: &str) -> Self {
        let further = format!("Sec-WebSocket-Extensions: {offer}\r\n");
        let (stream, head) = http::open_with(server.address, path, &further).await;
        let agreed = head.lines().find_map(|line| line.strip_prefix("sec-websocket-extensions: "));
        let agreed = agreed.unwrap_or_default().to_owned();
        let (deflate, inflate) = (Compress::new(Compression::fast(), false), Decompress::new(false));
        Self { stream, agreed, deflate, inflate }
    }

    /// Sends a frame as it is.
    pub async fn send(&mut self, first_byte: u8, payload: &[u8]) {
        self.stream.write_all(&frame(first_byte, payload)).await.expect("the connection is open");
    }

    /// Sends a message of this opcode, compressed.
    pub async fn send_compressed(&mut self, opcode: u8, message: &[u8]) {
        let payload = self.deflated(message);
        self.send(0xc0 | opcode, &payload).await;
    }

    /// The compressed payload of the next message.
    pub fn deflated(&mut self, message: &[u8]) -> Vec<u8> {
        if message.is_empty() {
            return vec![0]; // Section 7.2.3.6; zlib flushes nothing.
        }
        if self.agreed.contains("client_no_context_takeover") {
            self.deflate.reset();
        }
        let mut out = Vec::with_capacity(message.len() + message.len() / 8 + 100);
        self.deflate.compress_vec(message, &mut out, FlushCompress::Sync).expect("it can be compressed");
        out.strip_suffix(&TAIL).expect("a flush ends so, and there was room").to_vec()
    }

    /// The next frame of the server, which is a message of this opcode.
    pub async fn receive(&mut self, opcode: u8) -> Arrived {
        let (first_byte, payload) = http::read_frame(&mut self.stream).await;
        assert_eq!(first_byte & 0x8f, 0x80 | opcode, "{payload:x?}");
        let (compressed, size) = (first_byte & 0x40 != 0, payload.len());
        let message = if compressed { self.inflated(&payload) } else { payload };
        Arrived { message, compressed, size }
    }

    /// What a compressed payload says.
    fn inflated(&mut self, payload: &[u8]) -> Vec<u8> {
        if self.agreed.contains("server_no_context_takeover") {
            self.inflate.reset(false);
        }
        let mut out = Vec::with_capacity(LARGEST);
        let whole = [payload, &TAIL].concat();
        let before = self.inflate.total_in();
        self.inflate.decompress_vec(&whole, &mut out, FlushDecompress::Sync).expect("it can be inflated");
        assert_eq!(self.inflate.total_in() - before, whole.len() as u64, "all of it is understood");
        out
    }
}
