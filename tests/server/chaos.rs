//! Chaos test: fifty clients and five rooms behind a network that cuts, stalls and delays, with a server
//! restart. Asserts that no acknowledged message is lost or duplicated and that every gap is reported.
//!
//! `CHAOS_SECONDS=600 cargo test -p yodel-tests --test server chaos` runs for longer. `CHAOS_SEED=7` selects
//! other network faults; with `CI` set, they are random.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use support::seed::seed;
use support::{FaultyProxy, ReconnectingClient, SplitMix, TestServer, time_limit};
use tokio::time::{Instant, sleep};
use yodel_client::{Delivery, Effect, Event, MessageId, Rng};
use yodel_protocol::frame::{Message, Publish, ServerFrame, Verb};
use yodel_protocol::{EventName, Json, Offset, Position, RoomName};
use yodel_server::ServerConfig;

const CLIENTS: u64 = 50;
const ROOMS: u64 = 5;

/// Mean pause of a client between two messages in milliseconds.
const MEAN_PAUSE_MS: u64 = 500;

/// Time limit for outstanding deliveries after the faults have stopped.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(90);

/// Returns how long the faults last.
fn seconds() -> u64 {
    let set = std::env::var("CHAOS_SECONDS").ok();
    set.map_or(30, |text| text.parse().unwrap_or_else(|error| panic!("CHAOS_SECONDS={text}: {error}")))
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

/// An event that a client observed in a room.
#[derive(Debug)]
enum Observation {
    Joined(Position),
    Message {
        offset: u64,
        text: String,
    },
    /// A loss; `of_epoch` if an epoch has ended.
    Gap {
        of_epoch: bool,
    },
}

/// A client with its published and acknowledged messages and its observations.
struct ChaosClient {
    number: u64,
    session: ReconnectingClient,
    rng: SplitMix,
    sent: u64,
    /// Room and text of each published message.
    published: HashMap<MessageId, (RoomName, String)>,
    acknowledged: Vec<(RoomName, Position, String)>,
    failed: Vec<String>,
    observed: BTreeMap<RoomName, Vec<Observation>>,
}

impl ChaosClient {
    fn connect(number: u64, url: String, seed: u64) -> Self {
        let session = ReconnectingClient::connect(url, SplitMix(seed.wrapping_add(number)));
        for room_number in 0..ROOMS {
            session.dispatch(Event::Join(room(room_number)));
        }
        Self {
            number,
            session,
            rng: SplitMix(seed ^ number),
            sent: 0,
            published: HashMap::new(),
            acknowledged: Vec::new(),
            failed: Vec::new(),
            observed: BTreeMap::new(),
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
        self.session.dispatch(Event::Request { id, verb });
    }

    fn process_effects(&mut self) {
        for effect in self.session.take_effects() {
            match effect {
                Effect::Joined { room, position, .. } => self.record(room, Observation::Joined(position)),
                Effect::Gap { room, after, upto } => {
                    self.record(room, Observation::Gap { of_epoch: after.epoch != upto.epoch });
                }
                Effect::Message(message) => self.on_message(&message),
                Effect::Reply(id, reply) => self.on_reply(id, &reply),
                Effect::Delivery(id, Delivery::Failed | Delivery::Unconfirmed) => {
                    self.failed.push(format!("{:?}", self.published[&id]));
                }
                Effect::OutboxFull(id) => self.failed.push(format!("full: {id:?}")),
                Effect::UnrecognizedFrame(text) => self.failed.push(text),
                Effect::Error(error) | Effect::JoinDelayed { error, .. } => self.failed.push(format!("{error:?}")),
                _ => {}
            }
        }
    }

    fn on_message(&mut self, message: &Message) {
        let text = message.data.as_string().unwrap().into_owned();
        let offset = message.offset.unwrap().0;
        self.record(message.room.clone(), Observation::Message { offset, text });
    }

    fn on_reply(&mut self, id: MessageId, reply: &ServerFrame) {
        if let ServerFrame::Ok(ack) = reply {
            let (room, text) = self.published[&id].clone();
            let position = Position { epoch: ack.epoch.clone().unwrap(), offset: ack.offset.unwrap() };
            self.acknowledged.push((room, position, text));
        }
    }

    fn record(&mut self, room: RoomName, observed: Observation) {
        self.observed.entry(room).or_default().push(observed);
    }
}

/// Messages that a client observed in one epoch of a room.
struct EpochLog {
    /// Position at which the client joined.
    begin: Position,
    /// Offset and text of each message.
    messages: Vec<(u64, String)>,
    /// `true` if the loss with the previous epoch was reported.
    gap: bool,
}

/// Groups the observations of a room by epoch.
fn epoch_logs(observed: &[Observation]) -> Vec<EpochLog> {
    let mut epoch_logs: Vec<EpochLog> = Vec::new();
    let mut is_incomplete = false;
    for observed in observed {
        match observed {
            Observation::Gap { of_epoch: true } => epoch_logs.last_mut().expect("joined before a gap").gap = true,
            Observation::Gap { of_epoch: false } => is_incomplete = true,
            Observation::Joined(position) => {
                if epoch_logs.last().is_none_or(|last| last.begin.epoch != position.epoch) {
                    is_incomplete = false;
                    // All messages of a later epoch are delivered.
                    let offset = if epoch_logs.is_empty() { position.offset } else { Offset(0) };
                    let begin = Position { epoch: position.epoch.clone(), offset };
                    epoch_logs.push(EpochLog { begin, messages: Vec::new(), gap: false });
                }
            }
            // Held back for an earlier message that was lost with its epoch.
            Observation::Message { .. } if is_incomplete => {}
            Observation::Message { offset, text } => {
                epoch_logs.last_mut().expect("joined before the first message").messages.push((*offset, text.clone()));
            }
        }
    }
    epoch_logs
}

/// Publishes at random times, for `time`.
async fn publish_randomly(clients: &mut [ChaosClient], rng: &mut SplitMix, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        for client in &mut *clients {
            if rng.below(MEAN_PAUSE_MS) < 20 {
                client.publish();
            }
            client.process_effects();
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until every client has received all messages acknowledged in the latest epoch of each room.
async fn wait_until_delivered(clients: &mut [ChaosClient]) {
    let deadline = Instant::now() + DELIVERY_TIMEOUT;
    loop {
        clients.iter_mut().for_each(ChaosClient::process_effects);
        let waiting: usize = clients.iter().map(|client| client.published.len() - client.acknowledged.len()).sum();
        let missing = find_missing(clients);
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

/// Describes each client and room that lacks messages acknowledged in the latest epoch.
fn find_missing(clients: &[ChaosClient]) -> Vec<String> {
    let mut latest: BTreeMap<&RoomName, u64> = BTreeMap::new();
    let last = |client: &ChaosClient, room: &RoomName| {
        client.observed.get(room).and_then(|observed| epoch_logs(observed).pop())
    };
    for client in clients {
        for (room, position, _) in &client.acknowledged {
            if last(client, room).is_some_and(|log| log.begin.epoch == position.epoch) {
                let max = latest.entry(room).or_default();
                *max = (*max).max(position.offset.0);
            }
        }
    }
    let behind = clients.iter().flat_map(|client| {
        latest.iter().filter_map(move |(room, max)| {
            let messages = last(client, room).and_then(|log| log.messages.last().map(|(offset, _)| *offset));
            let own = client.acknowledged.iter().filter(|(to, ..)| to == *room).map(|(_, at, _)| at.offset.0).max();
            (messages.max(own) < Some(*max)).then(|| format!("{} in {room}: {messages:?} of {max}", client.number))
        })
    });
    behind.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn loses_and_duplicates_no_acknowledged_message_and_reports_every_gap() {
    let (seconds, seed) = (seconds(), seed("CHAOS_SEED", 4));
    time_limit::extend(Duration::from_secs(seconds));
    let half = Duration::from_secs(seconds) / 2;
    let (first, mut rng) = (server(), SplitMix(seed));
    let proxy = FaultyProxy::start(first.address, seed).await;
    let url = format!("ws://{}/ws", proxy.address);
    let mut clients: Vec<_> = (0..CLIENTS).map(|number| ChaosClient::connect(number, url.clone(), seed)).collect();

    publish_randomly(&mut clients, &mut rng, half).await;
    // Deliver everything that the first server acknowledged before it stops.
    proxy.stop_faults();
    wait_until_delivered(&mut clients).await;
    proxy.resume_faults();
    first.stop();
    publish_randomly(&mut clients, &mut rng, Duration::from_millis(500)).await;
    // Connections that the proxy stalls cannot close in time.
    first.stopped_or_aborted().await;
    let second = server();
    proxy.set_target(second.address);
    publish_randomly(&mut clients, &mut rng, half).await;
    // A busy machine needs longer for enough faults and traffic.
    while !is_eventful(&clients, &proxy) {
        publish_randomly(&mut clients, &mut rng, Duration::from_secs(1)).await;
    }
    proxy.stop_faults();
    wait_until_delivered(&mut clients).await;

    let (cuts, stalls) = proxy.faults();
    eprintln!("seed {seed}: {} acknowledged, {cuts} cuts, {stalls} stalls", acknowledged(&clients));
    check(&clients);
}

/// Returns whether a run had enough faults and traffic to find a defect.
fn is_eventful(clients: &[ChaosClient], proxy: &FaultyProxy) -> bool {
    let (cuts, stalls) = proxy.faults();
    cuts > CLIENTS && stalls > 0 && acknowledged(clients) > 500
}

/// Returns the number of acknowledged messages.
fn acknowledged(clients: &[ChaosClient]) -> usize {
    clients.iter().map(|client| client.acknowledged.len()).sum()
}

fn check(clients: &[ChaosClient]) {
    // The acknowledged message at each position.
    let mut published_at: HashMap<(RoomName, String, u64), String> = HashMap::new();
    for client in clients {
        assert_eq!(client.failed, [""; 0], "client {}", client.number);
        for (room, position, text) in &client.acknowledged {
            let position = (room.clone(), position.epoch.to_string(), position.offset.0);
            let before = published_at.insert(position, text.clone());
            assert!(before.is_none_or(|before| before == *text), "two messages at the same position");
        }
    }
    for client in clients {
        assert_eq!(client.observed.len() as u64, ROOMS, "client {} is in all rooms", client.number);
        for (room, observed) in &client.observed {
            check_room(client, room, &epoch_logs(observed), &published_at);
        }
    }
}

fn check_room(
    client: &ChaosClient,
    room: &RoomName,
    epoch_logs: &[EpochLog],
    published_at: &HashMap<(RoomName, String, u64), String>,
) {
    let label = format!("client {} in {room}", client.number);
    assert_eq!(epoch_logs.len(), 2, "{label}: one epoch before and one after the restart");
    let gaps: Vec<_> = epoch_logs.iter().map(|log| (&log.begin, log.gap)).collect();
    assert!(!epoch_logs[0].gap && epoch_logs[1].gap, "{label}: only the restart is reported as a gap: {gaps:?}");
    for EpochLog { begin, messages, .. } in epoch_logs {
        let own = client.acknowledged.iter().filter(|(to, at, _)| to == room && at.epoch == begin.epoch);
        let own: HashMap<u64, &String> = own.map(|(_, at, text)| (at.offset.0, text)).collect();
        let mut due = begin.offset.0 + 1;
        for (offset, text) in messages {
            // Own messages published with `echo: false` are not delivered.
            while due < *offset {
                assert!(own.contains_key(&due), "{label}: {due} is missing before {offset}");
                due += 1;
            }
            assert_eq!(*offset, due, "{label}: in order and once");
            let position = (room.clone(), begin.epoch.to_string(), *offset);
            assert!(
                published_at.get(&position).is_none_or(|acknowledged| acknowledged == text),
                "{label}: another message at {offset}"
            );
            due += 1;
        }
        check_senders(&label, messages);
    }
}

/// Asserts that the messages of each sender arrive in publishing order.
fn check_senders(label: &str, messages: &[(u64, String)]) {
    let mut latest: HashMap<&str, u64> = HashMap::new();
    for (offset, text) in messages {
        let (sender, number) = text.split_once(':').unwrap();
        let number = number.parse().unwrap();
        let before = latest.insert(sender, number);
        assert!(before.is_none_or(|before| before < number), "{label}: {text} at {offset} after {before:?}");
    }
}
