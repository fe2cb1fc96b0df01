//! A client of Server-Sent Events over HTTP/1.1.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use crate::api::ApiResponse;
use crate::{TestServer, http, with_timeout};

/// An open event stream.
#[derive(Debug)]
pub struct EventStream {
    stream: BufReader<TcpStream>,
    /// Response to the request, without a body.
    pub response: ApiResponse,
    /// Received text that is not a complete event yet.
    text: String,
}

/// A parsed event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Event id, which a reconnecting client sends as `Last-Event-ID`.
    pub id: Option<String>,
    /// Reconnect delay in milliseconds.
    pub retry: Option<u64>,
    /// Data lines, joined by line feeds.
    pub data: String,
}

impl TestServer {
    /// Subscribes to the event stream at a path.
    pub async fn subscribe(&self, path: &str) -> EventStream {
        self.subscribe_with(path, "").await
    }

    /// Subscribes with additional request headers, one per line.
    pub async fn subscribe_with(&self, path: &str, lines: &str) -> EventStream {
        let events = self.try_subscribe(path, lines, TcpSocket::new_v4().expect("socket can be created")).await;
        events.unwrap_or_else(|response| panic!("{path}: rejected: {response:?}"))
    }

    /// Subscribes with a receive buffer of about 4 KiB.
    pub async fn subscribe_with_small_buffer(&self, path: &str) -> EventStream {
        let socket = TcpSocket::new_v4().expect("socket can be created");
        socket.set_recv_buffer_size(4 * 1024).expect("a small buffer");
        self.try_subscribe(path, "", socket).await.expect("subscription is accepted")
    }

    /// Asserts that a subscription is rejected and returns the response.
    pub async fn subscribe_rejected(&self, path: &str, lines: &str) -> ApiResponse {
        let rejected = self.try_subscribe(path, lines, TcpSocket::new_v4().expect("socket can be created")).await;
        rejected.expect_err("subscription is rejected")
    }

    async fn try_subscribe(&self, path: &str, lines: &str, socket: TcpSocket) -> Result<EventStream, ApiResponse> {
        let mut stream = with_timeout("a connection", socket.connect(self.address)).await.expect("server is listening");
        let host = if lines.contains("Host: ") { String::new() } else { format!("Host: {}\r\n", self.address) };
        let lines: Vec<&str> = lines.lines().chain([""]).collect();
        let lines = lines.join("\r\n");
        let request = format!("GET {path} HTTP/1.1\r\n{host}{lines}\r\n");
        http::write(&mut stream, request.as_bytes()).await;
        let mut stream = BufReader::new(stream);
        let head = read_head(&mut stream).await;
        let response = ApiResponse::new(&head, "");
        if response.status == 200 {
            return Ok(EventStream { stream, response, text: String::new() });
        }
        let length =
            response.header("content-length").and_then(|length| length.parse().ok()).expect("a `Content-Length`");
        let mut body = vec![0; length];
        with_timeout("the body", stream.read_exact(&mut body)).await.expect("a body");
        Err(ApiResponse::new(&head, &String::from_utf8(body).expect("body is UTF-8")))
    }
}

impl EventStream {
    /// Returns the next event; comments are skipped.
    pub async fn next(&mut self) -> Event {
        with_timeout("an event", self.try_next()).await.expect("stream is open")
    }

    /// Returns the data of the next event as JSON.
    pub async fn next_data(&mut self) -> Value {
        let event = self.next().await;
        serde_json::from_str(&event.data).unwrap_or_else(|error| panic!("{event:?}: {error}"))
    }

    /// Returns the next event other than `presence_diff`.
    pub async fn next_message(&mut self) -> Event {
        loop {
            let event = self.next().await;
            if !event.data.starts_with(r#"{"type":"presence_diff""#) {
                return event;
            }
        }
    }

    /// Returns the remaining events. Waits until the server ends the stream.
    pub async fn rest(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = with_timeout("the end of the stream", self.try_next()).await {
            events.push(event);
        }
        events
    }

    /// Returns the next block up to a blank line, an event or a comment; `None` at the end of the stream.
    pub async fn next_block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let chunk = with_timeout("a chunk", self.chunk()).await?;
            self.text.push_str(&chunk);
        }
    }

    async fn try_next(&mut self) -> Option<Event> {
        loop {
            let event = Event::read(&self.next_block().await?);
            if event != Event::default() {
                return Some(event);
            }
        }
    }

    /// Reads a chunk of the body (RFC 9112 §7.1); `None` after the last chunk or at the end of the socket.
    async fn chunk(&mut self) -> Option<String> {
        let mut size = String::new();
        self.stream.read_line(&mut size).await.ok()?;
        let size = usize::from_str_radix(size.trim_end(), 16).ok().filter(|size| *size > 0)?;
        let mut chunk = vec![0; size + 2];
        self.stream.read_exact(&mut chunk).await.ok()?;
        chunk.truncate(size);
        Some(String::from_utf8(chunk).expect("events are UTF-8"))
    }
}

impl Event {
    fn read(block: &str) -> Self {
        let mut event = Self::default();
        let mut data = Vec::new();
        for line in block.lines() {
            match line.split_once(": ").unwrap_or((line, "")) {
                ("id", id) => event.id = Some(id.to_owned()),
                ("retry", retry) => event.retry = retry.parse().ok(),
                ("data", line) => data.push(line),
                (":", _) => {}
                other => panic!("unexpected field: {other:?}"),
            }
        }
        event.data = data.join("\n");
        event
    }
}

async fn read_head(stream: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = with_timeout("the response", stream.read_line(&mut head)).await.expect("headers are UTF-8");
        assert_ne!(read, 0, "the server closed after {head:?}");
    }
    head.trim_end().to_owned()
}
