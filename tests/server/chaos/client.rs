//! A client of the chaos test.

use std::collections::{BTreeMap, HashMap};

use support::{ReconnectingClient, SplitMix};
use yodel_client::{Delivery, Effect, Event, MessageId, Rng};
use yodel_protocol::frame::{Message, Publish, ServerFrame, Verb};
use yodel_protocol::{EventName, Json, Position, RoomName};

use super::rooms::{ROOMS, room};

/// A client with its published and acknowledged messages and its observations.
pub struct ChaosClient {
    pub number: u64,
    session: ReconnectingClient,
    rng: SplitMix,
    sent: u64,
    /// Room and text of each published message.
    pub published: HashMap<MessageId, (RoomName, String)>,
    pub acknowledged: Vec<(RoomName, Position, String)>,
    pub failed: Vec<String>,
    pub observed: BTreeMap<RoomName, Vec<Observation>>,
}

impl ChaosClient {
    pub fn connect(number: u64, url: String, seed: u64) -> Self {
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

    pub fn publish(&mut self) {
        self.sent += 1;
        let (id, to) = (MessageId(self.sent), room(self.rng.below(ROOMS)));
        let text = format!("{}:{}", self.number, self.sent);
        self.published.insert(id, (to.clone(), text.clone()));
        let event = EventName::new("chaos").unwrap();
        let echo = self.rng.below(4) > 0;
        let verb = Verb::Publish(Publish { room: to, event, data: Json::string(&text), key: None, echo });
        self.session.dispatch(Event::Request { id, verb });
    }

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

/// An event that a client observed in a room.
#[derive(Debug)]
pub enum Observation {
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
