//! A client that wants to say far more than its server wants to hear.

use std::collections::VecDeque;

use splitmix::SplitMix;
use yodel_client::{Effect, Event, Generation, MessageId, Mode, Session};
use yodel_protocol::frame::Publish;
use yodel_protocol::{ClientFrame, EventName, Json, RoomName, Verb};

#[path = "support/splitmix.rs"]
mod splitmix;

/// How long a frame is on its way, in milliseconds.
const WAY_MS: u64 = 15;

const SECONDS: usize = 60;

/// So many the client wants to say in a millisecond.
const WANTED: u64 = 100;

/// A server that takes so many messages a second, and two seconds' worth at once.
struct Server {
    per_second: u64,
    /// In thousandths of a message.
    credit: u64,
    taken: [u64; SECONDS],
    refused: [u64; SECONDS],
}

impl Server {
    fn new(per_second: u64) -> Self {
        Self { per_second, credit: 0, taken: [0; SECONDS], refused: [0; SECONDS] }
    }

    fn a_millisecond_passes(&mut self) {
        self.credit = (self.credit + self.per_second).min(2_000 * self.per_second);
    }

    fn serve(&mut self, now_ms: u64, text: &str) -> String {
        let id = ClientFrame::decode(text).expect("a frame").id.get();
        let second = usize::try_from(now_ms / 1_000).expect("a second");
        if let Some(rest) = self.credit.checked_sub(1_000) {
            self.credit = rest;
            self.taken[second] += 1;
            format!(r#"{{"type":"ok","id":{id},"epoch":"k","offset":1}}"#)
        } else {
            self.refused[second] += 1;
            format!(r#"{{"type":"error","id":{id},"code":"rate_limited","message":"","retry":true}}"#)
        }
    }
}

/// The client, and the frames on their way.
struct Client {
    session: Session,
    rng: SplitMix,
    timer_ms: Option<u64>,
    up: VecDeque<(u64, String)>,
    down: VecDeque<(u64, String)>,
    said: u64,
}

impl Client {
    fn step(&mut self, now_ms: u64, event: Event) -> bool {
        let mut full = false;
        for effect in self.session.step(now_ms, event, &mut self.rng) {
            match effect {
                Effect::Transmit { text, .. } => self.up.push_back((now_ms + WAY_MS, text)),
                Effect::Arm { at_ms } => self.timer_ms = Some(at_ms),
                Effect::Disarm => self.timer_ms = None,
                Effect::Full(_) => full = true,
                _ => {}
            }
        }
        !full
    }

    fn say(&mut self, now_ms: u64) -> bool {
        self.said += 1;
        let room = RoomName::new("chat").expect("a room's name");
        let event = EventName::new("text").expect("an event's name");
        let verb = Verb::Publish(Publish { room, event, data: Json::null(), key: None, echo: true });
        self.step(now_ms, Event::Request { id: MessageId(self.said), verb })
    }

    fn hear(&mut self, now_ms: u64, text: String) {
        self.step(now_ms, Event::Received { socket: Generation(1), text });
    }
}

fn due(now_ms: u64, way: &mut VecDeque<(u64, String)>) -> Option<String> {
    way.front().filter(|(at_ms, _)| *at_ms <= now_ms)?;
    way.pop_front().map(|(_, text)| text)
}

fn run(per_second: u64) -> Server {
    let mut server = Server::new(per_second);
    let mut client = Client {
        session: Session::new(),
        rng: SplitMix(1),
        timer_ms: None,
        up: VecDeque::new(),
        down: VecDeque::new(),
        said: 0,
    };
    client.step(0, Event::Connect { url: "ws://a/ws".to_owned(), mode: Mode::Envelope { lobby: false } });
    client.step(0, Event::Opened(Generation(1)));
    let welcome =
        r#"{"type":"welcome","client":"c","version":"0","node":"n","plain":"echo","ping":25,"max":1000,"time":0}"#;
    client.hear(0, welcome.to_owned());
    for now_ms in 0..SECONDS as u64 * 1_000 {
        server.a_millisecond_passes();
        while let Some(text) = due(now_ms, &mut client.up) {
            let answer = server.serve(now_ms, &text);
            client.down.push_back((now_ms + WAY_MS, answer));
        }
        while let Some(text) = due(now_ms, &mut client.down) {
            client.hear(now_ms, text);
        }
        if client.timer_ms.take_if(|at_ms| *at_ms <= now_ms).is_some() {
            client.step(now_ms, Event::Timer { buffered: 0 });
        }
        let _ = (0..WANTED).all(|_| client.say(now_ms));
    }
    server
}

#[test]
fn it_ends_near_the_server_s_rate() {
    for per_second in [5, 100, 1_000] {
        let server = run(per_second);
        let half = |seconds: &[u64]| seconds[SECONDS / 2..].iter().sum::<u64>();
        let (taken, refused) = (half(&server.taken), half(&server.refused));
        let possible = per_second * SECONDS as u64 / 2;
        assert!(taken * 100 >= possible * 75, "{per_second} a second: {taken} of {possible} {:?}", server.taken);
        assert!(refused * 20 <= taken + 200, "{per_second} a second: {refused} refused {:?}", server.refused);
    }
}
