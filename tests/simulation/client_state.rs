//! Messages and state of a client.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use yodel_client::{Delivery, Effect, MessageId, State};
use yodel_protocol::frame::{From, Message, PresenceEntry, ServerFrame};
use yodel_protocol::{CloseCode, Json, Position, RoomName};
use yodel_server::simulation::Journal;

use crate::best_effort::BestEffortLog;
use crate::loss_rule::LossRule;
use crate::plan::Plan;
use crate::read_history;
use crate::received_frames::ReceivedFrames;
use crate::record::Record;
use crate::room_view::{Fault, RoomView};
use crate::sent_message::SentMessage;
use crate::store::Store;
use crate::violation::Property;

/// Messages and state of a client, with checks of them.
#[derive(Debug)]
pub struct ClientState {
    number: usize,
    record: Record,
    journal: Journal,
    losses: LossRule,
    /// True if nodes may disagree about the epoch of a room.
    is_split: bool,
    /// State of the session.
    pub state: State,
    /// Rooms that the client wants to be in.
    pub wanted: BTreeSet<RoomName>,
    /// Users in each room, as far as the client knows.
    pub present: BTreeMap<RoomName, BTreeSet<String>>,
    /// Name of the client in the presence.
    pub name: Option<String>,
    /// Messages that the client has sent, in their order.
    pub sent: BTreeMap<MessageId, SentMessage>,
    /// Messages without a position.
    pub best_effort: BestEffortLog,
    /// Messages as they were received.
    frames: ReceivedFrames,
    views: BTreeMap<RoomName, RoomView>,
    /// Texts that the server does not send to this client.
    without_echo: BTreeSet<String>,
}

impl ClientState {
    /// Creates the state of a client that has not connected.
    pub fn new(number: usize, plan: &Plan, record: &Record, store: &Store) -> Self {
        Self {
            number,
            record: record.clone(),
            journal: store.journal().clone(),
            losses: LossRule::new(plan, store),
            is_split: plan.is_split(),
            state: State::Idle,
            wanted: BTreeSet::new(),
            present: BTreeMap::new(),
            name: None,
            sent: BTreeMap::new(),
            best_effort: BestEffortLog::new(number, !plan.is_narrow),
            frames: ReceivedFrames::default(),
            views: BTreeMap::new(),
            without_echo: BTreeSet::new(),
        }
    }

    /// Records a message that is sent now.
    pub fn send(&mut self, room: RoomName, echo: bool) -> (MessageId, String) {
        let id = MessageId(self.sent.len() as u64);
        let text = format!("c{}.{}", self.number, id.0);
        if !echo {
            self.without_echo.insert(text.clone());
        }
        self.record.count(|counts| counts.sent += 1);
        self.sent.insert(id, SentMessage { room, text: text.clone(), delivery: None });
        (id, text)
    }

    /// Forgets a room that the client leaves.
    pub fn leave(&mut self, room: &RoomName) {
        self.wanted.remove(room);
        self.views.remove(room);
        self.present.remove(room);
    }

    /// Observes a new connection to a node.
    pub fn connect(&mut self, node: usize) {
        self.record.note(format!("client {} is connected to node {node}", self.number));
        self.frames.connect();
    }

    /// Observes a frame before the session.
    pub fn receive_frame(&mut self, text: &str) {
        if let Err(fault) = self.frames.receive(text) {
            self.violation(Property::Protocol, fault);
        }
    }

    /// Observes an effect of the session.
    pub fn observe(&mut self, effect: Effect) {
        match effect {
            Effect::State(state) => self.state = state,
            Effect::Welcome(welcome) => {
                self.best_effort.connect(&welcome);
                self.name = Some(welcome.user.map_or_else(|| welcome.client.to_string(), |user| user.to_string()));
            }
            Effect::Up { .. } => self.record.count(|counts| counts.connections += 1),
            Effect::Down { code, reason, .. } => self.down(code, &reason),
            Effect::Delivery(id, delivery) => self.delivered(id, delivery),
            Effect::OutboxFull(id) => {
                self.violation(Property::Recovery, format!("{id:?} does not fit into the outbox"));
            }
            Effect::Reply(id, reply) => self.replied(id, &reply),
            Effect::Joined { room, position, users, .. } => self.joined(room, position, users),
            Effect::Left { room, error: Some(error) } => {
                self.violation(Property::Recovery, format!("cannot join {room}: {error:?}"));
            }
            Effect::Gap { room, after, upto } => self.lost(&room, &after, &upto),
            Effect::Message(message) => self.received(&message),
            Effect::Direct(direct) => self.received_best_effort(direct.from.as_ref(), &direct.data),
            Effect::PresenceDiff(diff) => {
                if let Some(present) = self.present.get_mut(&diff.room) {
                    present.extend(diff.joined.iter().map(name));
                    diff.left.iter().map(name).for_each(|name| _ = present.remove(&name));
                }
            }
            Effect::Error(error) => self.violation(Property::Protocol, format!("error {error:?}")),
            Effect::UnrecognizedFrame(text) => self.violation(Property::Protocol, format!("unexpected {text}")),
            _ => {}
        }
    }

    /// Checks that a member has everything up to the current position of a room.
    pub fn check_current(&mut self, room: &RoomName, current: Option<&Position>) -> Result<(), Fault> {
        let without_echo = &self.without_echo;
        let Some(view) = self.views.get_mut(room) else { return Err(format!("has not joined {room}")) };
        view.check_current(current, &|text| without_echo.contains(text))
    }

    fn violation(&self, property: Property, text: impl Display) {
        self.record.violation(property, format!("client {}: {text}", self.number));
    }

    fn down(&self, code: u16, reason: &str) {
        self.record.note(format!("client {} is disconnected: {code} {reason}", self.number));
        if [1002, 1003, 1007, 1011, 4501, 4502, 4503, 4505].contains(&code) {
            let code = CloseCode(code);
            self.violation(Property::Protocol, format!("closed with {code:?}: {reason}"));
        }
    }

    fn delivered(&mut self, id: MessageId, delivery: Delivery) {
        let Some(message) = self.sent.get_mut(&id) else { return };
        message.delivery = Some(delivery);
        if delivery == Delivery::Unconfirmed || delivery == Delivery::Failed {
            let text = format!("{} is {delivery:?}", message.text);
            self.violation(Property::Recovery, text);
        }
    }

    fn replied(&self, id: MessageId, reply: &ServerFrame) {
        if let ServerFrame::History(history) = reply {
            let checked = read_history::check(history, &self.journal);
            return checked.unwrap_or_else(|fault| self.violation(Property::Delivery, fault));
        }
        let (Some(message), ServerFrame::Ok(ack)) = (self.sent.get(&id), reply) else { return };
        let (Some(epoch), Some(offset)) = (ack.epoch.clone(), ack.offset) else {
            return self.violation(Property::Protocol, format!("an acknowledgment without a position: {ack:?}"));
        };
        let position = Position { epoch, offset };
        let at = self.record.position(&message.room, &position);
        self.record.count(|counts| counts.acknowledged += 1);
        self.record.note(format!(
            "{} is acknowledged at {at}{}",
            message.text,
            if ack.duplicate { " again" } else { "" }
        ));
        let published = self.journal.text(&message.room, &position.epoch, position.offset);
        if published.as_ref() != Some(&message.text) {
            let text = format!("{} was acknowledged at {at}, where {published:?} is", message.text);
            self.violation(Property::Acknowledged, text);
        }
    }

    fn joined(&mut self, room: RoomName, position: Position, users: Option<Vec<PresenceEntry>>) {
        let at = self.record.position(&room, &position);
        self.record.note(format!("client {} has joined {at}", self.number));
        if let Some(users) = users {
            // One without connections is listed until it is said to have left.
            self.present.insert(room.clone(), users.iter().map(name).collect());
        }
        let (journal, is_split) = (&self.journal, self.is_split);
        self.views.entry(room.clone()).or_insert_with(|| RoomView::new(room, position, journal, is_split));
    }

    fn lost(&mut self, room: &RoomName, after: &Position, upto: &Position) {
        let (from, to) = (self.record.position(room, after), self.record.position(room, upto));
        self.record.note(format!("client {} is told of a loss after {from} up to {to}", self.number));
        self.record.count(|counts| counts.losses += 1);
        if !self.losses.allows(room, after, upto) {
            self.violation(Property::Loss, format!("a loss after {from} up to {to}, although nothing is lost"));
        }
        let without_echo = &self.without_echo;
        let Some(view) = self.views.get_mut(room) else { return };
        if let Err(fault) = view.lose(after, upto, &|text| without_echo.contains(text)) {
            self.violation(Property::Delivery, format!("{room}: {fault}"));
        }
    }

    fn received(&mut self, message: &Message) {
        let Some(offset) = message.offset else {
            return self.received_best_effort(message.from.as_ref(), &message.data);
        };
        let text = message.data.as_string().unwrap_or_default().into_owned();
        self.record.count(|counts| counts.received += 1);
        self.record.note(format!("client {} receives {text} at {}/{}", self.number, message.room, offset.0));
        let without_echo = &self.without_echo;
        let Some(view) = self.views.get_mut(&message.room) else { return };
        let published = self.journal.positions(&message.room, &text).into_iter();
        let received: Vec<Position> = published
            .filter(|position| position.offset == offset && self.frames.contains(&message.room, position))
            .collect();
        if let Err(fault) = view.receive(offset, &text, &received, &|text| without_echo.contains(text)) {
            self.violation(Property::Delivery, format!("{}: {fault}", message.room));
        }
    }

    fn received_best_effort(&mut self, from: Option<&From>, data: &Json) {
        match self.best_effort.receive(from, data) {
            Ok(text) => {
                self.record.count(|counts| counts.best_effort += 1);
                self.record.note(format!("client {} receives {text}", self.number));
            }
            Err((property, fault)) => self.violation(property, fault),
        }
    }
}

fn name(entry: &PresenceEntry) -> String {
    let user = entry.user.as_ref().map(ToString::to_string);
    user.or_else(|| entry.client.as_ref().map(ToString::to_string)).unwrap_or_default()
}
