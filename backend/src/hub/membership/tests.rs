//! Ends of memberships while another thread delivers.

use std::sync::mpsc;
use std::thread;

use parking_lot::Mutex;
use yodel_protocol::{ClientId, CloseCode, EventName, Json, RoomName};

use super::*;
use crate::backplane::message::{Body, NewMessage};
use crate::config::ServerConfig;
use crate::hub::testing::{ManualEnvironment, NoPayload};
use crate::hub::{Hub, RoomCreator};

/// Subscriber that reports that a delivery has begun, and then waits.
struct Blocking {
    began: mpsc::Sender<()>,
    released: Mutex<mpsc::Receiver<()>>,
}

/// Subscriber that records deliveries, and replies of its client.
#[derive(Default)]
struct OrderRecorder(Mutex<Vec<&'static str>>);

impl Subscriber<NoPayload> for Blocking {
    fn deliver(&self, _: &NoPayload) {
        self.began.send(()).unwrap();
        self.released.lock().recv().unwrap();
    }

    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

impl Subscriber<NoPayload> for OrderRecorder {
    fn deliver(&self, _: &NoPayload) {
        self.0.lock().push("message");
    }

    fn reserve(&self) {
        self.0.lock().push("joined");
    }

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

fn shared(recorder: &Arc<OrderRecorder>) -> Arc<dyn Subscriber<NoPayload>> {
    Arc::clone(recorder) as _
}

fn join(
    hub: &Hub<NoPayload>,
    client: &str,
    subscriber: &Arc<dyn Subscriber<NoPayload>>,
    previous: Option<Membership<NoPayload>>,
) -> Membership<NoPayload> {
    let presence_key = PresenceKey::Client(ClientId::new(client).unwrap());
    let request = JoinRequest { presence_key: &presence_key, info: None, watches: false, since: None };
    let room = RoomName::new("r").unwrap();
    hub.join(&room, RoomCreator::Server, subscriber, &request, previous).unwrap().now().0
}

/// Publishes a message, and runs `end` with the membership of a client while the delivery to another member is
/// blocked. Returns what the client received, in order.
fn end_during_delivery(
    end: impl FnOnce(&Hub<NoPayload>, Membership<NoPayload>, &Arc<OrderRecorder>) + Send,
) -> Vec<&'static str> {
    let manual = ManualEnvironment::new(1);
    let hub = Hub::new(ServerConfig::default().retention(), manual.environment());
    let (began, begun) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let blocking: Arc<dyn Subscriber<NoPayload>> = Arc::new(Blocking { began, released: Mutex::new(released) });
    let _blocking = join(&hub, "a", &blocking, None);
    let recorder = Arc::<OrderRecorder>::default();
    let membership = join(&hub, "b", &shared(&recorder), None);
    recorder.0.lock().clear();
    let body = Body::Json(EventName::new("e").unwrap(), Json::null());
    let message = NewMessage { body, from: None, key: None, order: None };
    hub.publish(&membership.room.name.clone(), RoomCreator::Server, message, Recipients::All).unwrap();
    let room = Arc::clone(&membership.room);
    thread::scope(|scope| {
        scope.spawn(|| manual.run());
        begun.recv().unwrap();
        let members = room.member_count();
        let ending = scope.spawn(|| end(&hub, membership, &recorder));
        // Without waiting for the turn it ends now, with it only after the release.
        while !ending.is_finished() && room.member_count() == members {
            thread::yield_now();
        }
        release.send(()).unwrap();
    });
    recorder.0.lock().clone()
}

#[test]
fn nothing_older_is_delivered_after_the_reply_to_a_second_join() {
    for _ in 0..100 {
        let order = end_during_delivery(|hub, membership, recorder| {
            drop(join(hub, "b", &shared(recorder), Some(membership)));
        });
        assert_eq!(order, ["message", "joined"]);
    }
}

#[test]
fn nothing_is_delivered_after_the_reply_to_a_leave() {
    for _ in 0..100 {
        let order = end_during_delivery(|_, membership, recorder| {
            membership.leave();
            recorder.0.lock().push("left");
        });
        assert_eq!(order, ["message", "left"]);
    }
}
