//! The server handle of an embedding program.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use support::{TestServer, retry_until};
use yodel_protocol::CloseCode;

use crate::handlers::server;

#[tokio::test]
async fn a_handle_can_publish_send_and_disconnect() {
    let server = server(|_| ());
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    let name = ada.client_id.clone();
    assert_eq!(handle.client(&name).map(|info| info.peer.ip().to_string()).as_deref(), Some("127.0.0.1"));
    handle.publish("r", "e", &"hi").await.unwrap();
    assert_eq!(ada.next_message().await["data"], "hi");
    assert!(handle.publish("", "e", &1).await.is_err() && handle.publish("*", "e", &1).await.is_err());
    assert!(!handle.send_to_client("c_x", "e", &1).unwrap());
    assert!(handle.send_to_client("", "e", &1).is_err() && handle.send_to_user("", "e", &1).is_err());
    assert_eq!(handle.disconnect_client(&name, CloseCode(4007), "elsewhere"), Ok(true));
    assert_eq!(ada.closed().await, (4007, "elsewhere".to_owned()));
    retry_until("removal of the client", async || handle.client(&name).is_none().then_some(())).await;
    assert_eq!(handle.disconnect_client(&name, CloseCode(4007), "again"), Ok(false));
    assert!(handle.disconnect_client(&name, CloseCode(1006), "").is_err(), "code is not permitted for applications");
    assert!(
        handle.disconnect_client(&name, CloseCode(4000), &"x".repeat(124)).is_err(),
        "reason is too long for a close frame"
    );
}

/// Polls a future, which must be ready, on a thread without a runtime.
fn without_runtime<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let poll = || match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("the room has capacity"),
    };
    std::thread::scope(|scope| scope.spawn(poll).join().expect("a handle does not need a runtime"))
}

#[tokio::test]
async fn a_handle_works_on_a_thread_without_a_runtime() {
    let server = server(|_| ());
    let handle = server.handle();
    let position = without_runtime(handle.publish("r", "e", &"before")).unwrap();
    assert_eq!(position.offset.0, 1, "before the server runs");
    without_runtime(handle.publish("early", "e", &"before")).unwrap();
    let server = TestServer::start_server(server);
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    assert_eq!(without_runtime(handle.publish("r", "e", &"hi")).unwrap().offset.0, 2);
    assert_eq!(without_runtime(handle.broadcast("note", &"all")), Ok(1));
    let mut received = [ada.next_message().await, ada.next_message().await].map(|message| message["data"].to_string());
    received.sort();
    assert_eq!(received, [r#""all""#, r#""hi""#]);
    // The other room has no members, and no later message starts a delivery there.
    let queued = "yodel_queue_bytes{queue=\"rooms\"}";
    retry_until("an empty queue", async || (server.metric(queued).await == 0).then_some(())).await;
}
