//! A client that publishes, and records what it observes.

use std::collections::{BTreeMap, HashMap, HashSet};

use yodel_client::{Delivery, Effect, Event, MessageId, Rng};
use yodel_protocol::frame::{Message, Publish, ServerFrame, Verb};
use yodel_protocol::{EventName, Json, Position, RoomName};

use super::epoch_log::{EpochLog, Observation, epoch_logs};
use crate::{ReconnectingClient, SplitMix};

/// Content of a published message, unique within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublishedMessage {
    /// Number of the client.
    pub sender: u32,
    /// Number of the message among those of its sender.
    pub number: u32,
}

/// A client with its published and acknowledged messages and its observations.
pub struct ChaosClient {
    /// Number of the client.
    pub number: u32,
    /// Rooms that it joins and publishes in.
    pub rooms: Vec<RoomName>,
    /// Room, position and content of each acknowledged message.
    pub acknowledged: Vec<(RoomName, Position, PublishedMessage)>,
    /// Errors that a client must not get.
    pub failed: Vec<String>,
    /// Rooms that could not be joined for a while.
    pub delayed_joins: u64,
    session: ReconnectingClient,
    rng: SplitMix,
    sent: u32,
    /// Room of each published message, by its number.
    published: HashMap<u32, RoomName>,
    /// Numbers of the messages that are not sent back.
    silent: HashSet<u32>,
    observed: BTreeMap<RoomName, Vec<Observation>>,
}

/// Returns the room with a number.
pub fn room(number: u64) -> RoomName {
    RoomName::new(&format!("room {number}")).expect("a valid name")
}

impl ChaosClient {
    /// Connects to a server and joins rooms.
    pub fn connect(number: u32, url: String, seed: u64, rooms: Vec<RoomName>) -> Self {
        let session = ReconnectingClient::connect(url, SplitMix(seed.wrapping_add(number.into())));
        for room in &rooms {
            session.dispatch(Event::Join(room.clone()));
        }
        Self {
            number,
            rooms,
            acknowledged: Vec::new(),
            failed: Vec::new(),
            delayed_joins: 0,
            session,
            rng: SplitMix(seed ^ u64::from(number)),
            sent: 0,
            published: HashMap::new(),
            silent: HashSet::new(),
            observed: BTreeMap::new(),
        }
    }

    /// Publishes a message in a random room. A quarter of the messages is not sent back.
    pub fn publish(&mut self) {
        let room = self.rng.below(self.rooms.len() as u64);
        let echo = self.rng.below(4) > 0;
        self.publish_in(self.rooms[usize::try_from(room).expect("an index")].clone(), echo);
    }

    /// Publishes a message in a room.
    pub fn publish_in(&mut self, room: RoomName, echo: bool) {
        self.sent += 1;
        self.published.insert(self.sent, room.clone());
        if !echo {
            self.silent.insert(self.sent);
        }
        let data = Json::string(&format!("{}:{}", self.number, self.sent));
        let event = EventName::new("chaos").expect("a valid name");
        let verb = Verb::Publish(Publish { room, event, data, key: None, echo });
        self.session.dispatch(Event::Request { id: MessageId(self.sent.into()), verb });
    }

    /// Records what has happened since the last call.
    pub fn process_effects(&mut self) {
        for effect in self.session.take_effects() {
            match effect {
                Effect::Joined { room, position, .. } => self.record(room, Observation::Joined(position)),
                Effect::Gap { room, after, upto } => {
                    self.record(room, Observation::Gap { of_epoch: after.epoch != upto.epoch });
                }
                Effect::Message(message) => self.on_message(&message),
                Effect::Reply(id, reply) => self.on_reply(id, &reply),
                Effect::Delivery(id, Delivery::Failed | Delivery::Unconfirmed) => {
                    self.failed.push(format!("not published: {id:?}"));
                }
                Effect::OutboxFull(id) => self.failed.push(format!("full: {id:?}")),
                Effect::UnrecognizedFrame(text) => self.failed.push(text),
                Effect::Error(error) => self.failed.push(format!("{error:?}")),
                Effect::JoinDelayed { .. } => self.delayed_joins += 1,
                _ => {}
            }
        }
    }

    /// Returns whether a message is one of this client that is not sent back.
    pub(super) fn is_silent(&self, content: PublishedMessage) -> bool {
        content.sender == self.number && self.silent.contains(&content.number)
    }

    /// Returns the number of messages that are not acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.published.len() - self.acknowledged.len()
    }

    /// Returns what the client observed of a room, by epoch.
    pub fn epoch_logs(&self, room: &RoomName) -> Vec<EpochLog> {
        epoch_logs(self.observed(room))
    }

    /// Returns what the client observed of a room.
    pub(super) fn observed(&self, room: &RoomName) -> &[Observation] {
        self.observed.get(room).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the number of messages that the client has received.
    pub fn received(&self) -> usize {
        let is_message = |observed: &&Observation| matches!(observed, Observation::Message { .. });
        self.observed.values().flatten().filter(is_message).count()
    }

    fn on_message(&mut self, message: &Message) {
        let text = message.data.as_string().expect("a text");
        let (sender, number) = text.split_once(':').expect("two numbers");
        let parse = |number: &str| number.parse().expect("a number");
        let content = PublishedMessage { sender: parse(sender), number: parse(number) };
        let offset = message.offset.expect("an offset").0;
        self.record(message.room.clone(), Observation::Message { offset, content });
    }

    fn on_reply(&mut self, id: MessageId, reply: &ServerFrame) {
        if let ServerFrame::Ok(ack) = reply {
            let number = u32::try_from(id.0).expect("a number of a message");
            let position =
                Position { epoch: ack.epoch.clone().expect("an epoch"), offset: ack.offset.expect("an offset") };
            let content = PublishedMessage { sender: self.number, number };
            self.acknowledged.push((self.published[&number].clone(), position, content));
        }
    }

    fn record(&mut self, room: RoomName, observed: Observation) {
        self.observed.entry(room).or_default().push(observed);
    }
}
