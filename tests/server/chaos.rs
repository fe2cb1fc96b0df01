//! Fifty clients, five rooms, a network that cuts, stalls and delays, and a server that stops and is
//! started again: nothing that was acknowledged is lost, nothing comes twice, and no gap is silent.
//!
//! `CHAOS_SECONDS=600 cargo test -p tests --test server chaos` goes on for longer, `CHAOS_SEED=7` has
//! the network behave in another way.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use support::{Proxy, SplitMix, Talker, TestServer};
use tokio::time::{Instant, sleep};
use yodel_client::{Delivery, Effect, Event, MessageId, Rng};
use yodel_protocol::frame::{Message, Publish, ServerFrame, Verb};
use yodel_protocol::{EventName, Json, Position, RoomName};
use yodel_server::ServerConfig;

const CLIENTS: u64 = 50;
const ROOMS: u64 = 5;

/// How long a client waits between two messages, on average, in milliseconds.
const PAUSE_MS: u64 = 500;

/// How long everything may take to arrive once the network is good again.
const SETTLING: Duration = Duration::from_secs(90);

/// A number from the environment.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn server() -> TestServer {
    TestServer::start(ServerConfig {
        history_messages: 1_000_000,
        history_bytes: 1 << 30,
        history_total: 1 << 30,
        history_age: Duration::from_secs(3600),
        recover_max: 1_000_000,
        drain: Duration::from_secs(1),
        ..ServerConfig::default()
    })
}

fn room(number: u64) -> RoomName {
    RoomName::new(&format!("room {number}")).unwrap()
}

/// What one client has seen of one room, in this order.
#[derive(Debug)]
enum Seen {
    Joined(Position),
    Message { offset: u64, text: String },
    Gap,
}

/// One client: what it published, what was acknowledged, what it has seen.
struct Member {
    number: u64,
    talker: Talker,
    rng: SplitMix,
    sent: u64,
    /// What was sent to which room, by its number.
    published: HashMap<MessageId, (RoomName, String)>,
    acknowledged: Vec<(RoomName, Position, String)>,
    failed: Vec<String>,
    seen: BTreeMap<RoomName, Vec<Seen>>,
}

impl Member {
    fn connect(number: u64, url: String, seed: u64) -> Self {
        let talker = Talker::connect(url, SplitMix(seed + number));
        for room_number in 0..ROOMS {
            talker.event(Event::Join(room(room_number)));
        }
        Self {
            number,
            talker,
            rng: SplitMix(seed ^ number),
            sent: 0,
            published: HashMap::new(),
            acknowledged: Vec::new(),
            failed: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    fn publish(&mut self) {
        self.sent += 1;
        let (id, to) = (MessageId(self.sent), room(self.rng.below(ROOMS)));
        let text = format!("{}:{}", self.number, self.sent);
        self.published.insert(id, (to.clone(), text.clone()));
        let event = EventName::new("chaos").unwrap();
        let echo = self.rng.below(4) > 0;
        let verb = Verb::Publish(Publish { room: to, event, data: Json::string(&text), key: None, echo });
        self.talker.event(Event::Request { id, verb });
    }

    fn see(&mut self) {
        for effect in self.talker.told() {
            match effect {
                Effect::Joined { room, position, .. } => self.note(room, Seen::Joined(position)),
                Effect::Gap { room, .. } => self.note(room, Seen::Gap),
                Effect::Message(message) => self.hear(&message),
                Effect::Reply(id, reply) => self.answered(id, &reply),
                Effect::Delivery(id, Delivery::Failed | Delivery::Unconfirmed) => {
                    self.failed.push(format!("{:?}", self.published[&id]));
                }
                Effect::OutboxFull(id) => self.failed.push(format!("full: {id:?}")),
                Effect::UnrecognizedFrame(text) => self.failed.push(text),
                Effect::Error(error) => self.failed.push(format!("{error:?}")),
                _ => {}
            }
        }
    }

    fn hear(&mut self, message: &Message) {
        let text = message.data.as_string().unwrap().into_owned();
        let offset = message.offset.unwrap().0;
        self.note(message.room.clone(), Seen::Message { offset, text });
    }

    fn answered(&mut self, id: MessageId, reply: &ServerFrame) {
        if let ServerFrame::Ok(done) = reply {
            let (room, text) = self.published[&id].clone();
            let position = Position { epoch: done.epoch.clone().unwrap(), offset: done.offset.unwrap() };
            self.acknowledged.push((room, position, text));
        }
    }

    fn note(&mut self, room: RoomName, seen: Seen) {
        self.seen.entry(room).or_default().push(seen);
    }
}

/// One life of a room, as a member has seen it.
struct Life {
    /// Where it came in.
    begin: Position,
    /// What it heard, and where that was.
    heard: Vec<(u64, String)>,
    /// Whether it was told that something before is missing.
    gap: bool,
}

/// The lives that a member has seen of a room.
fn lives(seen: &[Seen]) -> Vec<Life> {
    let mut lives: Vec<Life> = Vec::new();
    let mut gap = false;
    for seen in seen {
        match seen {
            Seen::Gap => gap = true,
            Seen::Joined(position) => {
                if lives.last().is_none_or(|last| last.begin.epoch != position.epoch) {
                    let (begin, gap) = (position.clone(), std::mem::take(&mut gap));
                    lives.push(Life { begin, heard: Vec::new(), gap });
                }
            }
            // What was held back for one before it that is lost with its life.
            Seen::Message { .. } if gap => {}
            Seen::Message { offset, text } => {
                lives.last_mut().expect("it joined before it heard").heard.push((*offset, text.clone()));
            }
        }
    }
    lives
}

/// Publishes now and then, for so long.
async fn talk(members: &mut [Member], rng: &mut SplitMix, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        for member in &mut *members {
            if rng.below(PAUSE_MS) < 20 {
                member.publish();
            }
            member.see();
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until everybody has heard everything that was acknowledged in the last life of each room.
async fn settle(members: &mut [Member]) {
    let deadline = Instant::now() + SETTLING;
    loop {
        members.iter_mut().for_each(Member::see);
        let waiting: usize = members.iter().map(|member| member.published.len() - member.acknowledged.len()).sum();
        let missing = missing(members);
        if waiting == 0 && missing.is_empty() {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "{waiting} not acknowledged; missing: {:?}",
            &missing[..missing.len().min(5)]
        );
        sleep(Duration::from_millis(50)).await;
    }
}

/// What was acknowledged in the last life of a room and did not arrive at a member: who, where, what.
fn missing(members: &[Member]) -> Vec<String> {
    let mut latest: BTreeMap<&RoomName, u64> = BTreeMap::new();
    let last = |member: &Member, room: &RoomName| member.seen.get(room).and_then(|seen| lives(seen).pop());
    for member in members {
        for (room, position, _) in &member.acknowledged {
            if last(member, room).is_some_and(|life| life.begin.epoch == position.epoch) {
                let most = latest.entry(room).or_default();
                *most = (*most).max(position.offset.0);
            }
        }
    }
    let behind = members.iter().flat_map(|member| {
        latest.iter().filter_map(move |(room, most)| {
            let heard = last(member, room).and_then(|life| life.heard.last().map(|(offset, _)| *offset));
            let own = member.acknowledged.iter().filter(|(to, ..)| to == *room).map(|(_, at, _)| at.offset.0).max();
            (heard.max(own) < Some(*most)).then(|| format!("{} in {room}: {heard:?} of {most}", member.number))
        })
    });
    behind.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_and_no_gap_is_silent() {
    let (seconds, seed) = (setting("CHAOS_SECONDS", 30), setting("CHAOS_SEED", 4));
    let half = Duration::from_secs(seconds) / 2;
    let (first, mut rng) = (server(), SplitMix(seed));
    let proxy = Proxy::start(first.address, seed).await;
    let url = format!("ws://{}/ws", proxy.address);
    let mut members: Vec<_> = (0..CLIENTS).map(|number| Member::connect(number, url.clone(), seed)).collect();

    talk(&mut members, &mut rng, half).await;
    // What the first server acknowledged so far arrives everywhere while it lives.
    proxy.calm();
    settle(&mut members).await;
    proxy.storm();
    first.stop();
    talk(&mut members, &mut rng, Duration::from_millis(500)).await;
    // A connection that the proxy stalls cannot answer in time.
    first.stopped_or_cut_off().await;
    let second = server();
    proxy.turn_to(second.address);
    talk(&mut members, &mut rng, half).await;
    proxy.calm();
    settle(&mut members).await;

    let (cuts, stalls) = proxy.faults();
    let acknowledged: usize = members.iter().map(|member| member.acknowledged.len()).sum();
    eprintln!("seed {seed}: {acknowledged} acknowledged, {cuts} cuts, {stalls} stalls");
    assert!(cuts > CLIENTS && stalls > 0 && acknowledged > 500, "it was a bad network, and people talked");
    check(&members);
}

fn check(members: &[Member]) {
    // Who is at each place: whoever heard it, and whoever was told that it is there.
    let mut places: HashMap<(RoomName, String, u64), String> = HashMap::new();
    for member in members {
        assert_eq!(member.failed, [""; 0], "client {}", member.number);
        for (room, position, text) in &member.acknowledged {
            let place = (room.clone(), position.epoch.to_string(), position.offset.0);
            let before = places.insert(place, text.clone());
            assert!(before.is_none_or(|before| before == *text), "two messages at one place");
        }
    }
    for member in members {
        assert_eq!(member.seen.len() as u64, ROOMS, "client {} is in all rooms", member.number);
        for (room, seen) in &member.seen {
            check_room(member, room, &lives(seen), &places);
        }
    }
}

fn check_room(member: &Member, room: &RoomName, lives: &[Life], places: &HashMap<(RoomName, String, u64), String>) {
    let who = format!("client {} in {room}", member.number);
    assert_eq!(lives.len(), 2, "{who}: before the server stopped and after");
    let gaps: Vec<_> = lives.iter().map(|life| (&life.begin, life.gap)).collect();
    assert!(!lives[0].gap && lives[1].gap, "{who}: the restart was told as a gap, and nothing else was: {gaps:?}");
    for Life { begin, heard, .. } in lives {
        let own = member.acknowledged.iter().filter(|(to, at, _)| to == room && at.epoch == begin.epoch);
        let own: HashMap<u64, &String> = own.map(|(_, at, text)| (at.offset.0, text)).collect();
        let mut due = begin.offset.0 + 1;
        for (offset, text) in heard {
            // One's own messages are not pushed when one does not want them.
            while due < *offset {
                assert!(own.contains_key(&due), "{who}: {due} is missing before {offset}");
                due += 1;
            }
            assert_eq!(*offset, due, "{who}: in order and once");
            let place = (room.clone(), begin.epoch.to_string(), *offset);
            assert!(
                places.get(&place).is_none_or(|acknowledged| acknowledged == text),
                "{who}: another message at {offset}"
            );
            due += 1;
        }
        check_senders(&who, heard);
    }
}

/// What one client published comes in the order in which it did.
fn check_senders(who: &str, heard: &[(u64, String)]) {
    let mut latest: HashMap<&str, u64> = HashMap::new();
    for (offset, text) in heard {
        let (sender, number) = text.split_once(':').unwrap();
        let number = number.parse().unwrap();
        let before = latest.insert(sender, number);
        assert!(before.is_none_or(|before| before < number), "{who}: {text} at {offset} after {before:?}");
    }
}
