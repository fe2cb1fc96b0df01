//! A proxy that answers `WAITAOF` itself, in front of a server that need not know it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::BytesMut;
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::AbortOnDropHandle;

use crate::backplane::redis::resp_frame::RespFrame;

use super::RedisProcess;

/// A running proxy. Dropping it closes no open connection.
pub struct WaitaofProxy {
    port: u16,
    state: Arc<Mutex<ProxyState>>,
    _task: AbortOnDropHandle<()>,
}

struct ProxyState {
    answer: &'static str,
    /// Argument of the command whose answer is lost with its connection.
    lost: Option<&'static str>,
    waits: usize,
}

impl WaitaofProxy {
    /// Starts a proxy that answers `WAITAOF` with one disk.
    pub async fn start(server: &RedisProcess) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(ProxyState { answer: "*2\r\n:1\r\n:0\r\n", lost: None, waits: 0 }));
        let (shared, upstream) = (Arc::clone(&state), server.port());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // While the server is away, the client is disconnected.
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream)).await {
                    tokio::spawn(relay(client, server, Arc::clone(&shared)));
                }
            }
        });
        Self { port, state, _task: AbortOnDropHandle::new(task) }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Sets the answer to waits that are not those for nothing.
    pub fn answer(&self, answer: &'static str) {
        self.state.lock().answer = answer;
    }

    /// Loses the answer to the next command with an argument, and closes its connection.
    pub fn lose_answer(&self, argument: &'static str) {
        self.state.lock().lost = Some(argument);
    }

    /// Returns the number of waits so far.
    pub fn waits(&self) -> usize {
        self.state.lock().waits
    }
}

/// Relays commands and their answers, one after the other. A connection with RESP3, for subscriptions, is not examined.
async fn relay(mut client: TcpStream, mut server: TcpStream, state: Arc<Mutex<ProxyState>>) {
    let (mut requests, mut replies) = (BytesMut::new(), BytesMut::new());
    while let Some((command, raw)) = next_frame(&mut client, &mut requests).await {
        if command.contains(&b"WAITAOF"[..].into()) {
            let answer = {
                let mut state = state.lock();
                let waits_for_nothing = command.get(1).is_some_and(|disks| disks == "0");
                state.waits += usize::from(!waits_for_nothing);
                if waits_for_nothing { "*2\r\n:0\r\n:0\r\n" } else { state.answer }
            };
            client.write_all(answer.as_bytes()).await.ok();
            continue;
        }
        if server.write_all(&raw).await.is_err() {
            return;
        }
        if command.contains(&b"HELLO"[..].into()) {
            server.write_all(&requests).await.ok();
            copy_bidirectional(&mut client, &mut server).await.ok();
            return;
        }
        let Some((_, reply)) = next_frame(&mut server, &mut replies).await else { return };
        if state.lock().lost.take_if(|lost| command.contains(&lost.as_bytes().into())).is_some() {
            return;
        }
        client.write_all(&reply).await.ok();
    }
}

/// Reads the next frame. Returns its texts and its bytes; `None` at the end.
async fn next_frame(stream: &mut TcpStream, buffer: &mut BytesMut) -> Option<(Vec<bytes::Bytes>, BytesMut)> {
    loop {
        let before = buffer.clone();
        if let Some(frame) = RespFrame::take(buffer).unwrap() {
            let raw = before[..before.len() - buffer.len()].into();
            let texts = match frame {
                RespFrame::List(list) => {
                    list.iter().filter_map(RespFrame::as_text).map(|t| t.to_vec().into()).collect()
                }
                _ => Vec::new(),
            };
            return Some((texts, raw));
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
