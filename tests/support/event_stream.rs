//! Somebody who listens to Server-Sent Events over HTTP/1.1, as a browser does.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use crate::api::Answer;
use crate::{TestServer, soon};

/// A stream of events.
#[derive(Debug)]
pub struct Events {
    stream: BufReader<TcpStream>,
    /// What the server answered.
    pub answer: Answer,
    /// What has come and is no whole event yet.
    text: String,
}

/// An event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// What a browser that comes back says.
    pub id: Option<String>,
    /// When it comes back, in milliseconds.
    pub retry: Option<u64>,
    /// The lines of its data.
    pub data: String,
}

impl TestServer {
    /// Listens at a path.
    pub async fn listen(&self, path: &str) -> Events {
        self.listen_with(path, "").await
    }

    /// Listens at a path, with these lines in the request.
    pub async fn listen_with(&self, path: &str, lines: &str) -> Events {
        let events = self.try_listen(path, lines, TcpSocket::new_v4().expect("a socket")).await;
        events.unwrap_or_else(|answer| panic!("{path} answers {answer:?}"))
    }

    /// Listens with a socket that takes little more than 4 KiB before it is read.
    pub async fn listen_small(&self, path: &str) -> Events {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a small buffer");
        self.try_listen(path, "", socket).await.expect("it is let in")
    }

    /// Expects to be refused.
    pub async fn listen_refused(&self, path: &str, lines: &str) -> Answer {
        let refused = self.try_listen(path, lines, TcpSocket::new_v4().expect("a socket")).await;
        refused.expect_err("it is not let in")
    }

    async fn try_listen(&self, path: &str, lines: &str, socket: TcpSocket) -> Result<Events, Answer> {
        let mut stream = soon("a connection", socket.connect(self.address)).await.expect("somebody listens");
        let host = if lines.contains("Host: ") { String::new() } else { format!("Host: {}\r\n", self.address) };
        let lines: Vec<&str> = lines.lines().chain([""]).collect();
        let lines = lines.join("\r\n");
        let request = format!("GET {path} HTTP/1.1\r\n{host}{lines}\r\n");
        stream.write_all(request.as_bytes()).await.expect("the socket takes it");
        let mut stream = BufReader::new(stream);
        let head = read_head(&mut stream).await;
        let answer = Answer::new(&head, "");
        if answer.status == 200 {
            return Ok(Events { stream, answer, text: String::new() });
        }
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).expect("a length");
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.expect("a body");
        Err(Answer::new(&head, &String::from_utf8(body).expect("it is text")))
    }
}

impl Events {
    /// The next event; comments are passed over.
    pub async fn next(&mut self) -> Event {
        soon("an event", self.try_next()).await.expect("the stream goes on")
    }

    /// The data of the next event.
    pub async fn next_data(&mut self) -> Value {
        let event = self.next().await;
        serde_json::from_str(&event.data).unwrap_or_else(|error| panic!("{event:?}: {error}"))
    }

    /// The next event that is not about who comes and goes.
    pub async fn next_message(&mut self) -> Event {
        loop {
            let event = self.next().await;
            if !event.data.starts_with(r#"{"type":"presence_diff""#) {
                return event;
            }
        }
    }

    /// Events until the stream ends, which it has to.
    pub async fn rest(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = soon("the end", self.try_next()).await {
            events.push(event);
        }
        events
    }

    /// The next piece, whatever it is; `None` at the end.
    pub async fn next_piece(&mut self) -> Option<String> {
        loop {
            if let Some((piece, rest)) = self.text.split_once("\n\n") {
                let (piece, rest) = (piece.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(piece);
            }
            let chunk = self.chunk().await?;
            self.text.push_str(&chunk);
        }
    }

    async fn try_next(&mut self) -> Option<Event> {
        loop {
            let event = Event::read(&self.next_piece().await?);
            if event != Event::default() {
                return Some(event);
            }
        }
    }

    /// A chunk of the body (RFC 9112, section 7.1); `None` after the last, or when the socket ends.
    async fn chunk(&mut self) -> Option<String> {
        let mut size = String::new();
        self.stream.read_line(&mut size).await.ok()?;
        let size = usize::from_str_radix(size.trim_end(), 16).ok().filter(|size| *size > 0)?;
        let mut chunk = vec![0; size + 2];
        self.stream.read_exact(&mut chunk).await.ok()?;
        chunk.truncate(size);
        Some(String::from_utf8(chunk).expect("events are text"))
    }
}

impl Event {
    fn read(piece: &str) -> Self {
        let mut event = Self::default();
        let mut data = Vec::new();
        for line in piece.lines() {
            match line.split_once(": ").unwrap_or((line, "")) {
                ("id", id) => event.id = Some(id.to_owned()),
                ("retry", retry) => event.retry = retry.parse().ok(),
                ("data", line) => data.push(line),
                (":", _) => {}
                other => panic!("nobody said that there is {other:?}"),
            }
        }
        event.data = data.join("\n");
        event
    }
}

async fn read_head(stream: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = soon("the answer", stream.read_line(&mut head)).await.expect("headers are text");
        assert_ne!(read, 0, "the server closed after {head:?}");
    }
    head.trim_end().to_owned()
}
