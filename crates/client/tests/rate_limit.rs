//! A client that publishes far more than its server accepts.

use std::collections::VecDeque;

use splitmix::SplitMix;
use yodel_client::{Effect, Event, Generation, MessageId, Mode, Session, Target};
use yodel_protocol::frame::Publish;
use yodel_protocol::{ClientFrame, EventName, Json, RoomName, Verb};

#[path = "support/splitmix.rs"]
mod splitmix;

/// One-way latency in milliseconds.
const LATENCY_MS: u64 = 15;

const SECONDS: usize = 60;

/// Publishes that the client attempts per millisecond.
const PUBLISHES_PER_MS: u64 = 100;

/// A server with a token bucket: a rate in messages per second, and a burst of two seconds.
struct RateLimitedServer {
    per_second: u64,
    /// Credit in thousandths of a message.
    credit: u64,
    accepted: [u64; SECONDS],
    rejected: [u64; SECONDS],
}

impl RateLimitedServer {
    fn new(per_second: u64) -> Self {
        Self { per_second, credit: 0, accepted: [0; SECONDS], rejected: [0; SECONDS] }
    }

    fn refill(&mut self) {
        self.credit = (self.credit + self.per_second).min(2_000 * self.per_second);
    }

    fn serve(&mut self, now_ms: u64, text: &str) -> String {
        let id = ClientFrame::decode(text).expect("valid frame").id.get();
        let second = usize::try_from(now_ms / 1_000).expect("second of the run");
        if let Some(rest) = self.credit.checked_sub(1_000) {
            self.credit = rest;
            self.accepted[second] += 1;
            format!(r#"{{"type":"ok","id":{id},"epoch":"k","offset":1}}"#)
        } else {
            self.rejected[second] += 1;
            format!(r#"{{"type":"error","id":{id},"code":"rate_limited","message":"","retry":true}}"#)
        }
    }
}

/// The client, and the frames in transit.
struct Publisher {
    session: Session,
    rng: SplitMix,
    timer_ms: Option<u64>,
    up: VecDeque<(u64, String)>,
    down: VecDeque<(u64, String)>,
    published: u64,
}

impl Publisher {
    fn step(&mut self, now_ms: u64, event: Event) -> bool {
        let mut full = false;
        for effect in self.session.step(now_ms, event, &mut self.rng) {
            match effect {
                Effect::Transmit { text, .. } => self.up.push_back((now_ms + LATENCY_MS, text)),
                Effect::Arm { at_ms } => self.timer_ms = Some(at_ms),
                Effect::Disarm => self.timer_ms = None,
                Effect::OutboxFull(_) => full = true,
                _ => {}
            }
        }
        !full
    }

    fn publish(&mut self, now_ms: u64) -> bool {
        self.published += 1;
        let room = RoomName::new("chat").expect("valid room name");
        let event = EventName::new("text").expect("valid event name");
        let verb = Verb::Publish(Publish { room, event, data: Json::null(), key: None, echo: true });
        self.step(now_ms, Event::Request { id: MessageId(self.published), verb })
    }

    fn receive(&mut self, now_ms: u64, text: String) {
        self.step(now_ms, Event::Received { socket: Generation(1), text });
    }
}

fn due(now_ms: u64, frames: &mut VecDeque<(u64, String)>) -> Option<String> {
    frames.front().filter(|(at_ms, _)| *at_ms <= now_ms)?;
    frames.pop_front().map(|(_, text)| text)
}

fn run(per_second: u64) -> RateLimitedServer {
    let mut server = RateLimitedServer::new(per_second);
    let mut client = Publisher {
        session: Session::new(),
        rng: SplitMix(1),
        timer_ms: None,
        up: VecDeque::new(),
        down: VecDeque::new(),
        published: 0,
    };
    client.step(0, Event::Connect { target: Target::new("ws://a/ws", Mode::Envelope { lobby: false }) });
    client.step(0, Event::Opened(Generation(1)));
    let welcome =
        r#"{"type":"welcome","client":"c","version":"0","node":"n","plain":"echo","ping":25,"max":1000,"time":0}"#;
    client.receive(0, welcome.to_owned());
    for now_ms in 0..SECONDS as u64 * 1_000 {
        server.refill();
        while let Some(text) = due(now_ms, &mut client.up) {
            let reply = server.serve(now_ms, &text);
            client.down.push_back((now_ms + LATENCY_MS, reply));
        }
        while let Some(text) = due(now_ms, &mut client.down) {
            client.receive(now_ms, text);
        }
        if client.timer_ms.take_if(|at_ms| *at_ms <= now_ms).is_some() {
            client.step(now_ms, Event::Timer { buffered: 0 });
        }
        let _ = (0..PUBLISHES_PER_MS).all(|_| client.publish(now_ms));
    }
    server
}

#[test]
fn settles_near_the_server_rate() {
    for per_second in [5, 100, 1_000] {
        let server = run(per_second);
        let half = |seconds: &[u64]| seconds[SECONDS / 2..].iter().sum::<u64>();
        let (accepted, rejected) = (half(&server.accepted), half(&server.rejected));
        let possible = per_second * SECONDS as u64 / 2;
        assert!(accepted * 100 >= possible * 75, "{per_second}/s: {accepted} of {possible} {:?}", server.accepted);
        assert!(rejected * 20 <= accepted + 200, "{per_second}/s: {rejected} rejected {:?}", server.rejected);
    }
}
