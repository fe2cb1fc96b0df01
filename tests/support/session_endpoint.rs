//! Blocking requests to a `WebDriver` session: for a window that is dropped, where nothing can be awaited.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

/// Deadline of each read and write.
const IO_TIMEOUT: Duration = Duration::from_secs(5);

/// The HTTP endpoint of a session.
#[derive(Debug)]
pub(crate) struct SessionEndpoint {
    authority: String,
    path: String,
}

impl SessionEndpoint {
    /// Creates the endpoint of a session of the driver with this URL, such as `http://127.0.0.1:4444`.
    pub fn new(driver_url: &str, session: &str) -> Self {
        Self { authority: driver_url.trim_start_matches("http://").to_owned(), path: format!("/session/{session}") }
    }

    /// Posts a command and returns the `value` of the response.
    pub fn post(&self, command: &str, body: &Value) -> io::Result<Value> {
        let address: SocketAddr = self.authority.parse().map_err(io::Error::other)?;
        let mut stream = TcpStream::connect_timeout(&address, IO_TIMEOUT)?;
        stream.set_read_timeout(Some(IO_TIMEOUT))?;
        stream.set_write_timeout(Some(IO_TIMEOUT))?;
        let body = body.to_string();
        write!(
            stream,
            "POST {}{command} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.path,
            self.authority,
            body.len()
        )?;
        let mut reader = BufReader::new(stream);
        let mut response = vec![0; content_length(&mut reader)?];
        reader.read_exact(&mut response)?;
        Ok(serde_json::from_slice::<Value>(&response)?["value"].take())
    }

    /// Runs a function body in the page, or in the browser's own window after its context was selected.
    pub fn script(&self, body: &str) -> io::Result<Value> {
        self.post("/execute/sync", &json!({ "script": body, "args": [] }))
    }
}

/// Reads the head of a response and returns the length of its body. Drivers keep the connection open after it.
fn content_length(reader: &mut impl BufRead) -> io::Result<usize> {
    let mut length = None;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            if line.trim().is_empty() {
                return length.ok_or_else(|| io::ErrorKind::InvalidData.into());
            }
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok();
        }
    }
}
