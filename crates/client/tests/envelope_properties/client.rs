//! One client: its session, socket and timer, and the states of its messages.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use yodel_client::{Delivery, Effect, Event, Generation, MessageId, Mode, Session, State, Target};
use yodel_protocol::frame::{Call, Message, Publish};
use yodel_protocol::{EventName, Json, RoomName, ServerFrame, Verb};

use crate::room_checker::RoomChecker;
use crate::server::Server;
use crate::splitmix::SplitMix;

pub struct Client {
    index: usize,
    pub session: Session,
    rng: SplitMix,
    pub socket: Option<Generation>,
    pub open: bool,
    last: Generation,
    stopped: bool,
    /// Frames that the server has not received.
    pub to_server: VecDeque<String>,
    pub timer_ms: Option<u64>,
    checkers: BTreeMap<RoomName, RoomChecker>,
    /// The delivery state of each message.
    states: BTreeMap<MessageId, Option<Delivery>>,
    /// The published messages in order, with their rooms.
    published: Vec<(MessageId, RoomName)>,
    /// Data of the publishes that the sender does not get.
    without_echo: BTreeSet<String>,
    acknowledged: BTreeMap<MessageId, u64>,
}

pub fn room(number: u8) -> RoomName {
    RoomName::new(&format!("room{number}")).expect("valid room name")
}

impl Client {
    pub fn new(index: usize, seed: u64) -> Self {
        Self {
            index,
            session: Session::new(),
            rng: SplitMix(seed ^ index as u64),
            socket: None,
            open: false,
            last: Generation(0),
            stopped: true,
            to_server: VecDeque::new(),
            timer_ms: None,
            checkers: BTreeMap::new(),
            states: BTreeMap::new(),
            published: Vec::new(),
            without_echo: BTreeSet::new(),
            acknowledged: BTreeMap::new(),
        }
    }

    pub fn connect(&mut self, now_ms: u64, server: &mut Server) {
        self.stopped = false;
        let mode = Mode::Envelope { lobby: false };
        self.step(now_ms, Event::Connect { target: Target::new("ws://a/ws", mode) }, server);
    }

    pub fn disconnect(&mut self, now_ms: u64, server: &mut Server) {
        self.stopped = true;
        self.step(now_ms, Event::disconnect(), server);
    }

    pub fn leave(&mut self, now_ms: u64, name: RoomName, server: &mut Server) {
        self.checkers.remove(&name);
        self.step(now_ms, Event::Leave(name), server);
    }

    pub fn publish(&mut self, now_ms: u64, room: RoomName, echo: bool, server: &mut Server) {
        let id = self.new_message();
        let data = Json::string(&format!("{} {}", self.index, id.0));
        if !echo {
            self.without_echo.insert(data.text().to_owned());
        }
        self.published.push((id, room.clone()));
        let event = EventName::new("text").expect("valid event name");
        let verb = Verb::Publish(Publish { room, event, data, key: None, echo });
        self.step(now_ms, Event::Request { id, verb }, server);
    }

    pub fn call(&mut self, now_ms: u64, server: &mut Server) {
        let id = self.new_message();
        let event = EventName::new("time").expect("valid event name");
        self.step(now_ms, Event::Request { id, verb: Verb::Call(Call { event, data: Json::null() }) }, server);
    }

    fn new_message(&mut self) -> MessageId {
        let id = MessageId(self.states.len() as u64);
        self.states.insert(id, None);
        id
    }

    /// Closes the connection on both sides.
    pub fn disconnect_by_network(&mut self, now_ms: u64, code: u16, server: &mut Server) {
        server.leave(self.index);
        self.to_server.clear();
        self.open = false;
        if let Some(socket) = self.socket.take() {
            self.step(now_ms, Event::Closed { socket, code, reason: String::new(), buffered: 0 }, server);
        }
    }

    pub fn step(&mut self, now_ms: u64, event: Event, server: &mut Server) {
        if let Event::Timer { .. } = event {
            self.timer_ms = None;
        }
        let effects = self.session.step(now_ms, event, &mut self.rng);
        for effect in effects {
            self.carry_out(effect, server);
        }
        let waits = !matches!(self.session.state(), State::Idle | State::Stopped(_) | State::Suspended);
        assert!(!waits || self.timer_ms.is_some(), "no timer in {:?}", self.session.state());
    }

    fn carry_out(&mut self, effect: Effect, server: &mut Server) {
        match effect {
            Effect::Dial { socket, .. } => {
                assert!(self.socket.is_none(), "dialed with an open socket");
                assert!(socket > self.last && !self.stopped, "dials {socket:?}");
                (self.socket, self.last) = (Some(socket), socket);
            }
            Effect::Abandon(_) => {
                server.leave(self.index);
                self.to_server.clear();
                (self.socket, self.open) = (None, false);
            }
            Effect::Transmit { socket, text, .. } => {
                assert!(self.open && self.socket == Some(socket), "sent over a socket that is not open");
                self.to_server.push_back(text);
            }
            Effect::Arm { at_ms } => self.timer_ms = Some(at_ms),
            Effect::Disarm => self.timer_ms = None,
            Effect::Delivery(id, delivery) => self.delivered(id, delivery),
            Effect::OutboxFull(id) => drop(self.states.remove(&id)),
            Effect::Reply(id, reply) => self.acknowledge(id, &reply),
            Effect::Joined { room, position, .. } => {
                self.checkers.entry(room.clone()).or_insert_with(|| RoomChecker::new(room, position));
            }
            Effect::Gap { room, after, upto } => {
                let without_echo = &self.without_echo;
                let own = |message: &Message| without_echo.contains(message.data.text());
                self.checkers.get_mut(&room).expect("joined room").start_gap(after, upto, server, &own);
            }
            Effect::Message(message) => self.receive(&message, server),
            _ => {}
        }
    }

    fn receive(&mut self, message: &Message, server: &Server) {
        let without_echo = &self.without_echo;
        let is_excluded = without_echo.contains(message.data.text());
        assert!(!is_excluded || self.is_unconfirmed(message), "own message was delivered: {message:?}");
        let checker = self.checkers.get_mut(&message.room).expect("joined room");
        checker.receive(message, server, &|message| without_echo.contains(message.data.text()));
    }

    /// Returns whether this is an own message that the session reported as unconfirmed.
    fn is_unconfirmed(&self, message: &Message) -> bool {
        let text = message.data.as_string().unwrap_or_default();
        let id = text.split(' ').nth(1).and_then(|id| id.parse().ok());
        id.is_some_and(|id| self.states.get(&MessageId(id)) == Some(&Some(Delivery::Unconfirmed)))
    }

    fn delivered(&mut self, id: MessageId, delivery: Delivery) {
        let state = self.states.get_mut(&id).expect("known message");
        let possible = match delivery {
            Delivery::Waiting => matches!(state, None | Some(Delivery::Sent)),
            Delivery::Sent => matches!(state, None | Some(Delivery::Waiting)),
            Delivery::Acknowledged => *state == Some(Delivery::Sent),
            Delivery::Unconfirmed => matches!(state, Some(Delivery::Sent | Delivery::Waiting)),
            Delivery::Failed => true,
        };
        assert!(possible, "{id:?} was {state:?} and is {delivery:?}");
        *state = Some(delivery);
    }

    fn acknowledge(&mut self, id: MessageId, reply: &ServerFrame) {
        if let ServerFrame::Ok(ack) = reply {
            let epoch_number = ack.epoch.as_ref().map_or("", |epoch| epoch.as_str()).trim_start_matches('e');
            let epoch_number: u64 = epoch_number.parse().expect("epoch number");
            let offset = ack.offset.expect("offset").0;
            self.acknowledged.insert(id, epoch_number * 1_000_000 + offset);
        }
    }

    /// Checks that every message is published, acknowledged and received.
    pub fn assert_drained(&mut self, server: &mut Server) {
        let open = |state: &Option<Delivery>| matches!(state, None | Some(Delivery::Waiting | Delivery::Sent));
        let lost: Vec<_> = self.states.iter().filter(|(_, state)| open(state)).collect();
        assert!(lost.is_empty(), "{lost:?} of {:?}", self.session);
        for checker in self.checkers.values_mut() {
            checker.assert_up_to_date(server, &|message| self.without_echo.contains(message.data.text()));
        }
        for number in 0..2 {
            let name = room(number);
            let offsets = self.published.iter().filter(|(_, room)| *room == name);
            let offsets: Vec<_> = offsets.filter_map(|(id, _)| self.acknowledged.get(id)).collect();
            assert!(offsets.is_sorted(), "published out of order: {offsets:?}");
        }
    }
}
