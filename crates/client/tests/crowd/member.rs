//! One client: its session, its socket, its timer, and what became of its messages.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use yodel_client::{Delivery, Effect, Event, Generation, MessageId, Mode, Session, State};
use yodel_protocol::frame::{Call, Message, Publish};
use yodel_protocol::{EventName, Json, RoomName, ServerFrame, Verb};

use crate::server::Server;
use crate::splitmix::SplitMix;
use crate::witness::Witness;

pub struct Member {
    who: usize,
    pub session: Session,
    rng: SplitMix,
    pub socket: Option<Generation>,
    pub open: bool,
    last: Generation,
    stopped: bool,
    /// Frames on their way to the server.
    pub to_server: VecDeque<String>,
    pub timer_ms: Option<u64>,
    witnesses: BTreeMap<RoomName, Witness>,
    /// Messages and where they are.
    fates: BTreeMap<MessageId, Option<Delivery>>,
    /// What was said in which room, in its order.
    said: Vec<(MessageId, RoomName)>,
    /// Publishes whose sender does not get them.
    quiet: BTreeSet<String>,
    acknowledged: BTreeMap<MessageId, u64>,
}

pub fn room(number: u8) -> RoomName {
    RoomName::new(&format!("room{number}")).expect("a room's name")
}

impl Member {
    pub fn new(who: usize, seed: u64) -> Self {
        Self {
            who,
            session: Session::new(),
            rng: SplitMix(seed ^ who as u64),
            socket: None,
            open: false,
            last: Generation(0),
            stopped: true,
            to_server: VecDeque::new(),
            timer_ms: None,
            witnesses: BTreeMap::new(),
            fates: BTreeMap::new(),
            said: Vec::new(),
            quiet: BTreeSet::new(),
            acknowledged: BTreeMap::new(),
        }
    }

    pub fn connect(&mut self, now_ms: u64, server: &mut Server) {
        self.stopped = false;
        let mode = Mode::Envelope { lobby: false };
        self.step(now_ms, Event::Connect { url: "ws://a/ws".to_owned(), mode }, server);
    }

    pub fn disconnect(&mut self, now_ms: u64, server: &mut Server) {
        self.stopped = true;
        self.step(now_ms, Event::Disconnect, server);
    }

    pub fn leave(&mut self, now_ms: u64, name: RoomName, server: &mut Server) {
        self.witnesses.remove(&name);
        self.step(now_ms, Event::Leave(name), server);
    }

    pub fn say(&mut self, now_ms: u64, room: RoomName, echo: bool, server: &mut Server) {
        let id = self.new_message();
        let data = Json::string(&format!("{} {}", self.who, id.0));
        if !echo {
            self.quiet.insert(data.text().to_owned());
        }
        self.said.push((id, room.clone()));
        let event = EventName::new("text").expect("an event's name");
        let verb = Verb::Publish(Publish { room, event, data, key: None, echo });
        self.step(now_ms, Event::Request { id, verb }, server);
    }

    pub fn ask(&mut self, now_ms: u64, server: &mut Server) {
        let id = self.new_message();
        let event = EventName::new("time").expect("an event's name");
        self.step(now_ms, Event::Request { id, verb: Verb::Call(Call { event, data: Json::null() }) }, server);
    }

    fn new_message(&mut self) -> MessageId {
        let id = MessageId(self.fates.len() as u64);
        self.fates.insert(id, None);
        id
    }

    /// The connection is gone, on the server's side too.
    pub fn lose(&mut self, now_ms: u64, code: u16, server: &mut Server) {
        server.leave(self.who);
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
        assert!(!waits || self.timer_ms.is_some(), "nothing will happen in {:?}", self.session.state());
    }

    fn carry_out(&mut self, effect: Effect, server: &mut Server) {
        match effect {
            Effect::Dial { socket, .. } => {
                assert!(self.socket.is_none(), "two sockets");
                assert!(socket > self.last && !self.stopped, "dials {socket:?}");
                (self.socket, self.last) = (Some(socket), socket);
            }
            Effect::Abandon(_) => {
                server.leave(self.who);
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
            Effect::Full(id) => drop(self.fates.remove(&id)),
            Effect::Reply(id, reply) => self.placed(id, &reply),
            Effect::Joined { room, position, .. } => {
                self.witnesses.entry(room.clone()).or_insert_with(|| Witness::new(room, position));
            }
            Effect::Gap { room, after, upto } => {
                self.witnesses.get_mut(&room).expect("a room that is heard").gap(after, upto);
            }
            Effect::Message(message) => self.hear(&message, server),
            _ => {}
        }
    }

    fn hear(&mut self, message: &Message, server: &Server) {
        let quiet = &self.quiet;
        let own = quiet.contains(message.data.text());
        assert!(!own || self.is_forgotten(message), "one's own came back: {message:?}");
        let witness = self.witnesses.get_mut(&message.room).expect("a room that is heard");
        witness.hear(message, server, &|message| quiet.contains(message.data.text()));
    }

    /// Whether it is one's own, and was given up.
    fn is_forgotten(&self, message: &Message) -> bool {
        let text = message.data.as_string().unwrap_or_default();
        let id = text.split(' ').nth(1).and_then(|id| id.parse().ok());
        id.is_some_and(|id| self.fates.get(&MessageId(id)) == Some(&Some(Delivery::Doubtful)))
    }

    fn delivered(&mut self, id: MessageId, delivery: Delivery) {
        let fate = self.fates.get_mut(&id).expect("a message");
        let possible = match delivery {
            Delivery::Waiting => matches!(fate, None | Some(Delivery::Sent)),
            Delivery::Sent => matches!(fate, None | Some(Delivery::Waiting)),
            Delivery::Acknowledged => *fate == Some(Delivery::Sent),
            Delivery::Doubtful => matches!(fate, Some(Delivery::Sent | Delivery::Waiting)),
            Delivery::Failed => true,
        };
        assert!(possible, "{id:?} was {fate:?} and is {delivery:?}");
        *fate = Some(delivery);
    }

    fn placed(&mut self, id: MessageId, reply: &ServerFrame) {
        if let ServerFrame::Ok(done) = reply {
            let life = done.epoch.as_ref().map_or("", |epoch| epoch.as_str()).trim_start_matches('e');
            let life: u64 = life.parse().expect("a life");
            let offset = done.offset.expect("an offset").0;
            self.acknowledged.insert(id, life * 1_000_000 + offset);
        }
    }

    /// Everything is said, answered and heard.
    pub fn is_at_rest(&mut self, server: &mut Server) {
        let open = |fate: &Option<Delivery>| matches!(fate, None | Some(Delivery::Waiting | Delivery::Sent));
        let lost: Vec<_> = self.fates.iter().filter(|(_, fate)| open(fate)).collect();
        assert!(lost.is_empty(), "{lost:?} of {:?}", self.session);
        for witness in self.witnesses.values_mut() {
            witness.is_up_to_date(server, &|message| self.quiet.contains(message.data.text()));
        }
        for number in 0..2 {
            let name = room(number);
            let places = self.said.iter().filter(|(_, room)| *room == name);
            let places: Vec<_> = places.filter_map(|(id, _)| self.acknowledged.get(id)).collect();
            assert!(places.is_sorted(), "in the order they were said: {places:?}");
        }
    }
}
