//! Tests of sessions without sockets.

use std::future::poll_fn;

use parking_lot::Mutex;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use yodel_protocol::frame::Target;
use yodel_protocol::{EventName, Json};

use super::*;
use crate::backplane::message::{Body, NewMessage};
use crate::config::ServerConfig;
use crate::hooks::registry::Hooks;
use crate::hub::{Hub, Subscriber};
use crate::net::tasks::ServerTasks;
use crate::runtime;
use crate::runtime::clock::SystemClock;

/// A subscriber that counts deliveries.
#[derive(Debug, Default)]
struct CountingSubscriber(Mutex<usize>);

impl Subscriber<SharedPayload> for CountingSubscriber {
    fn deliver(&self, _: &SharedPayload) {
        *self.0.lock() += 1;
    }

    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

struct TestServer {
    hub: Hub<SharedPayload>,
    hooks: Hooks,
    tasks: ServerTasks,
    receiver: Arc<CountingSubscriber>,
}

impl TestServer {
    fn new(register: impl FnOnce(&mut Hooks)) -> Self {
        let mut hooks = Hooks::default();
        register(&mut hooks);
        let hub =
            Hub::new(ServerConfig::default().retention(), runtime::environment(SystemClock::default(), Arc::default()));
        Self { hub, hooks, tasks: ServerTasks::default(), receiver: Arc::default() }
    }

    fn context(&self) -> SessionContext<'_> {
        SessionContext { hub: &self.hub, hooks: &self.hooks, tasks: &self.tasks, peer: ([127, 0, 0, 1], 1).into() }
    }

    fn session(&self) -> IdentitySession {
        let identity = Identity::builder("ada").unwrap().build();
        let sender = IdentitySession::sender(&identity, ClientId::new("c_1").unwrap(), None);
        let options = ReceiveOptions { direct: true, broadcasts: true };
        let context = self.context();
        let request = RequestHead::new("/ws".parse().unwrap(), axum::http::HeaderMap::new(), context.peer);
        IdentitySession::new(identity, sender, self.receiver.clone(), options, Some(request), &context)
            .expect("there is no limit")
    }

    async fn broadcast(&self) -> usize {
        let body = Body::Json(EventName::new("e").unwrap(), Json::null());
        let connections = self.hub.broadcast(NewMessage { body, from: None, key: None, order: None });
        for _ in 0..5 {
            yield_now().await;
        }
        connections.here
    }

    fn registered(&self) -> usize {
        let user = yodel_protocol::UserId::new("ada").unwrap();
        self.hub.find(&Target::User(user)).len()
    }
}

#[tokio::test]
async fn registers_and_receives_broadcasts_until_dropped() {
    let server = TestServer::new(|_| ());
    let session = server.session();
    assert!(session.is_connected());
    assert_eq!((server.registered(), server.broadcast().await, *server.receiver.0.lock()), (1, 1, 1));
    drop(session);
    assert_eq!((server.registered(), server.broadcast().await, *server.receiver.0.lock()), (0, 0, 1));
}

#[tokio::test]
async fn receives_broadcasts_only_after_on_connect_accepts() {
    let (open, gate) = oneshot::channel::<()>();
    let gate = Mutex::new(Some(gate));
    let server = TestServer::new(|hooks| {
        hooks.on_connect(move |_, _| {
            let gate = gate.lock().take();
            async move {
                gate.expect("the hook runs once").await.expect("the test opens the gate");
                Ok(())
            }
        });
    });
    let mut session = server.session();
    assert_eq!((server.registered(), server.broadcast().await), (1, 0));
    open.send(()).unwrap();
    assert_eq!(poll_fn(|context| session.poll_connected(&server.context(), context)).await, Ok(()));
    assert_eq!((server.broadcast().await, *server.receiver.0.lock()), (1, 1));
}

#[tokio::test]
async fn runs_on_disconnect_after_on_connect_unless_it_rejected() {
    for (accept, expected) in [(true, "connect disconnect 1001 bye "), (false, "connect ")] {
        let log = Arc::new(Mutex::new(String::new()));
        let (connected, disconnected) = (Arc::clone(&log), Arc::clone(&log));
        let server = TestServer::new(|hooks| {
            hooks.on_connect(move |_, _| {
                let connected = Arc::clone(&connected);
                async move {
                    yield_now().await;
                    connected.lock().push_str("connect ");
                    if accept { Ok(()) } else { Err(Rejection::forbidden("no")) }
                }
            });
            hooks.on_disconnect(move |_, code, reason| {
                let disconnected = Arc::clone(&disconnected);
                async move { *disconnected.lock() += &["disconnect ", &code.0.to_string(), " ", &reason, " "].concat() }
            });
        });
        server.session().disconnect(CloseCode::GOING_AWAY, "bye", &server.context());
        server.tasks.drained().await;
        assert_eq!(*log.lock(), expected);
    }
}
