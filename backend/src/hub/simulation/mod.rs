//! Deterministic simulation of a hub. Connections join, resume, leave and publish in several rooms, while time
//! advances, tasks run in random order, and some tasks are dropped. Everything depends on a seed.

mod connection;
mod view;

use std::collections::HashMap;
use std::task::{Context, Waker};
use std::time::Duration;

use yodel_protocol::{EventName, IdempotencyKey, Json, Position, RoomName};

use super::idempotency::KEY_TTL;
use super::testing::{ManualEnvironment, RecordedPayload};
use super::{Hub, RoomCreator, TICK};
use crate::backplane::message::{Body, MessageKey, NewMessage};
use crate::backplane::recipients::Recipients;
use crate::config::{HistoryConfig, RetentionConfig};
use crate::environment::{Clock, SimulatedRandom, Timestamp};
use connection::Connection;

const ROOMS: usize = 6;
const CONNECTIONS: usize = 24;
const ACTIONS: usize = 3_000;
const SEEDS: u64 = 32;

const RETENTION: RetentionConfig = RetentionConfig {
    history: HistoryConfig { messages: 12, age: Duration::from_secs(60), bytes: 8 * 1024 },
    total_bytes: 1 << 20,
    recover_max: 8,
    presence_max: 100,
    presence_bytes: 64 << 10,
    rooms: ROOMS - 1,
    per_user: u32::MAX,
    in_flight_bytes: 4 * 1024,
};

struct Simulation {
    hub: Hub<RecordedPayload>,
    manual: ManualEnvironment,
    random: SimulatedRandom,
    connections: Vec<Connection>,
    /// Position and time of each message with an idempotency key, by room and key.
    keys: HashMap<(usize, usize), (Position, Timestamp)>,
    accepted: u64,
    trace: Vec<String>,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let manual = ManualEnvironment::new(seed);
        let hub = Hub::new(RETENTION, manual.environment());
        let connections = (0..CONNECTIONS).map(|number| Connection::new(number, ROOMS)).collect();
        let (random, keys) = (SimulatedRandom::new(!seed), HashMap::new());
        Self { hub, manual, random, connections, keys, accepted: 0, trace: Vec::new() }
    }

    /// Runs the simulation to its end, and returns the trace.
    fn run(mut self) -> Vec<String> {
        for _ in 0..ACTIONS {
            self.act();
            self.receive();
            self.check_rooms();
        }
        self.settle();
        self.close();
        self.trace
    }

    fn act(&mut self) {
        let (connection, room) = (self.random.index(CONNECTIONS), self.random.index(ROOMS));
        match self.random.index(100) {
            0..15 => self.join(connection, room),
            15..22 => {
                let left = self.connections[connection].leave(room);
                self.trace.push(format!("{connection} leaves {room}: {left}"));
            }
            22..55 => self.publish(connection, room),
            55..92 => {
                let task = self.manual.step();
                self.trace.push(format!("task {task:?}"));
            }
            92..98 => {
                let time = Duration::from_millis(u64::try_from(self.random.index(2_000)).unwrap());
                self.advance(time);
            }
            98 => self.trace.push(format!("dropped task {:?}", self.manual.drop_task())),
            _ => (0..31).for_each(|_| self.advance(Duration::from_secs(12))),
        }
    }

    fn join(&mut self, connection: usize, room: usize) {
        let before = self.hub.find_room(&name(room)).map(|room| room.history(None, usize::MAX));
        let outcome = self.connections[connection].join(&self.hub, room, before, RETENTION.recover_max);
        self.trace.push(format!("{connection} joins {room}: {outcome}"));
    }

    fn publish(&mut self, connection: usize, room: usize) {
        let key = (self.random.index(4) == 0).then(|| self.random.index(40));
        let others = self.random.index(3) == 0;
        let sender = self.connections[connection].others(room).filter(|_| others);
        let body = Body::Json(EventName::new("e").unwrap(), Json::null());
        let id = key.map(|key| MessageKey::new(IdempotencyKey::new(&format!("k{key}")).unwrap(), &body));
        let message = NewMessage { body, from: None, key: id, order: None };
        let Ok((published, _)) =
            self.hub.publish(&name(room), RoomCreator::Server, message, sender.unwrap_or(Recipients::All))
        else {
            self.trace.push(format!("{connection} publishes in {room}: limit"));
            return;
        };
        let published = published.now().expect("a hub with memory publishes at once");
        self.check_key(room, key, &published.position, published.duplicate);
        if !published.duplicate {
            self.accepted += 1;
            if sender.is_some() {
                self.connections[connection].published(room, &published.position);
            }
        }
        self.trace.push(format!("{connection} publishes in {room}: {published:?}"));
    }

    /// Checks that a key has one position during its lifetime.
    fn check_key(&mut self, room: usize, key: Option<usize>, position: &Position, duplicate: bool) {
        let Some(key) = key else { return assert!(!duplicate) };
        let now = self.manual.now();
        let known = self.keys.get(&(room, key)).filter(|(_, time)| now.since(*time) < KEY_TTL);
        assert_eq!(duplicate, known.is_some(), "key {key} of room {room}");
        match known {
            Some((first, _)) => assert_eq!(first, position),
            None => drop(self.keys.insert((room, key), (position.clone(), now))),
        }
    }

    fn advance(&mut self, time: Duration) {
        self.manual.advance(time);
        self.hub.tick();
        self.trace.push(format!("{time:?} pass"));
    }

    /// Passes all deliveries to the views of the connections.
    fn receive(&mut self) {
        for (number, connection) in self.connections.iter_mut().enumerate() {
            for event in connection.receive() {
                self.trace.push(format!("{number} receives {event}"));
            }
        }
    }

    /// Checks the limits of all histories.
    fn check_rooms(&self) {
        let oldest = self.manual.unix_ms().saturating_sub(RETENTION.history.age.as_millis().try_into().unwrap());
        assert!(self.hub.rooms().len() <= RETENTION.rooms + 1, "the limit, and the lobby");
        for room in self.hub.rooms() {
            let (position, page) = room.history(None, usize::MAX);
            assert!(page.messages.len() <= RETENTION.history.messages);
            assert!(page.messages.iter().map(|message| message.cost()).sum::<usize>() <= RETENTION.history.bytes);
            assert!(page.messages.iter().all(|message| message.time > oldest));
            let offsets = page.messages.iter().map(|message| message.offset().unwrap().0);
            let first = position.offset.0 + 1 - page.messages.len() as u64;
            assert!(offsets.eq(first..=position.offset.0), "the latest messages, without gaps");
        }
        assert_eq!(self.hub.metrics().message_counts()[0], self.accepted);
    }

    /// Delivers everything, and checks that each member is up to date.
    fn settle(&mut self) {
        self.manual.run();
        // The next message restarts the delivery of a room whose task was dropped.
        (0..ROOMS).for_each(|room| self.publish(0, room));
        self.manual.run();
        for _ in 0..20 {
            self.advance(TICK);
            self.manual.run();
        }
        self.receive();
        for room in self.hub.rooms() {
            assert_eq!(room.queued_bytes(), 0);
            let delivered = room.poll_delivered(room.published(), &Context::from_waker(Waker::noop()));
            assert!(delivered.is_ready());
            let number = (0..ROOMS).find(|number| name(*number) == room.name).unwrap();
            let (position, presence) = (room.stats().position, room.presence());
            self.connections.iter().for_each(|connection| connection.check_settled(number, &position, &presence));
        }
    }

    /// Closes all connections, and checks that their rooms are removed.
    fn close(&mut self) {
        self.connections.clear();
        (0..93).for_each(|_| self.advance(Duration::from_secs(12)));
        self.manual.run();
        assert_eq!(self.hub.rooms().len(), 1, "the lobby");
        assert_eq!((self.hub.metrics().retained_bytes(), self.hub.metrics().rooms()), (0, 2));
    }
}

/// Returns the name of a room; room 0 is the lobby.
fn name(room: usize) -> RoomName {
    RoomName::new(if room == 0 { super::LOBBY.to_owned() } else { format!("r{room}") }.as_str()).unwrap()
}

#[test]
fn every_member_receives_every_message_once_and_in_order() {
    for seed in 0..SEEDS {
        let trace = Simulation::new(seed).run();
        assert!(trace.len() > ACTIONS, "seed {seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let trace = |seed| Simulation::new(seed).run();
    assert!(trace(1) == trace(1));
    assert!(trace(1) != trace(2));
}
