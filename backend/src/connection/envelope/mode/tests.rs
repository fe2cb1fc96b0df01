//! A whole connection over a pipe, on one thread, which makes the number of queued replies deterministic.

use std::net::SocketAddr;

use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::task::yield_now;
use yodel_protocol::{EventName, Json, RoomName};

use super::*;
use crate::auth::Authenticator;
use crate::backplane::message::{Body, NewMessage};
use crate::backplane::recipients::Recipients;
use crate::config::ServerConfig;
use crate::connection::admission::{self, Admission};
use crate::connection::memory_budget::MemoryBudget;
use crate::connection::outbox::Outbox;
use crate::connection::registry::Registry;
use crate::connection::socket::Socket;
use crate::connection::task::ConnectionTask;
use crate::connection::transport::Transport;
use crate::encode::WireFormat;
use crate::hooks::registry::Hooks;
use crate::hub::{Hub, RoomCreator};
use crate::limits::server_metrics::ServerMetrics;
use crate::net::tasks::ServerTasks;
use crate::runtime;
use crate::runtime::clock::SystemClock;
use yodel_websocket::frame::{Header, Opcode};

/// Capacity of the pipe, in bytes.
const PIPE: usize = 64 * 1024;

/// Starts a connection to a server whose room `r` has more history than the pipe holds.
async fn connection() -> (Arc<ConnectionHandle>, DuplexStream) {
    let (stream, peer) = duplex(PIPE);
    let (config, budget) = (ServerConfig::default(), MemoryBudget::new(usize::MAX));
    let handle =
        Arc::new(ConnectionHandle::new(Outbox::new(WireFormat::Envelope, None, config.max_queue, budget.clone())));
    let hub = Hub::new(config.retention(), runtime::environment(SystemClock::default(), Arc::default()));
    for _ in 0..100 {
        let body = Body::Json(EventName::new("e").unwrap(), Json::string(&"x".repeat(2_000)));
        let new_message = NewMessage { body, from: None, key: None, order: None };
        hub.publish(&RoomName::new("r").unwrap(), RoomCreator::Server, new_message, Recipients::All).unwrap();
    }
    let server = Arc::new(ServerContext {
        registry: Registry::new(config.ping, config.pong),
        budget,
        auth: Authenticator::new(&config).unwrap(),
        config: Arc::new(config),
        hub,
        metrics: ServerMetrics::default(),
        hooks: Hooks::default(),
        connections: ServerTasks::default(),
        node: "n".to_owned(),
        #[cfg(feature = "redis")]
        redis: None,
        #[cfg(feature = "disk")]
        data: None,
    });
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let identity = Ok(Some(Identity::anonymous()));
    let mode = EnvelopeMode::new(Plain::Echo, identity, &handle, None, &server, &server.session_context(address))
        .expect("there is no limit");
    let socket = Socket::new(Transport::Own(Box::pin(stream)), handle.clone(), &[], 64 * 1024, None);
    let admitted = Admission::new(1, 1, None).admit(address, admission::Mode::Envelope).unwrap();
    tokio::spawn(ConnectionTask::envelope(socket, mode, server, admitted));
    yield_now().await;
    (handle, peer)
}

/// Encodes a text message as a client does, with a mask of zeros.
fn client_frame(text: &str) -> Vec<u8> {
    let mut frame = Vec::new();
    let length = text.len() as u64;
    Header { fin: true, rsv1: false, opcode: Opcode::Text, mask: Some([0; 4]), length }.write(&mut frame);
    [&frame, text.as_bytes()].concat()
}

#[tokio::test(start_paused = true)]
async fn stops_reading_while_a_large_reply_is_queued() {
    for request in [r#""type":"history","room":"r","limit":100"#, r#""type":"join","room":"r""#] {
        let (handle, mut peer) = connection().await;
        let history = client_frame(r#"{"id":1,"type":"history","room":"r","limit":100}"#);
        peer.write_all(&history).await.unwrap();
        peer.write_all(&client_frame(&format!(r#"{{"id":2,{request}}}"#)).repeat(300)).await.unwrap();
        for _ in 0..10 {
            yield_now().await;
        }
        assert_eq!(handle.outbox.queued_replies(), 1, "{request}");
    }
}
