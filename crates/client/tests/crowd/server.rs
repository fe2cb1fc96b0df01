//! A server as docs/protocol.md has it, in few lines: rooms with short histories, and keys.

use std::collections::{BTreeMap, VecDeque};

use yodel_protocol::frame::{Ack, CallResult, EchoReply, ErrorReply, From, Joined, Message, Pong, Publish, Welcome};
use yodel_protocol::{
    ClientFrame, ClientId, Epoch, ErrorCode, Id, IdempotencyKey, Offset, Position, RoomName, ServerFrame, Verb,
};

/// So many messages of a room are kept.
const HISTORY: usize = 6;

/// Frames on their way to a client. Answers and pushes go two ways, each in its order; a join's answer
/// comes after all that was said before it, and before all that is said after it.
#[derive(Default)]
pub struct Line {
    answers: VecDeque<(bool, String)>,
    /// `None` stands for the answer to a join.
    pushes: VecDeque<Option<String>>,
}

impl Line {
    /// The next answer, if it may come before the next push.
    pub fn answer(&mut self) -> Option<String> {
        let is_join = self.answers.front()?.0;
        if is_join {
            self.pushes.front().filter(|push| push.is_none())?;
            self.pushes.pop_front();
        }
        Some(self.answers.pop_front()?.1)
    }

    /// The next push, if it may come before the next answer.
    pub fn push(&mut self) -> Option<String> {
        self.pushes.front().filter(|push| push.is_some())?;
        self.pushes.pop_front()?
    }

    fn put_answer(&mut self, frame: &ServerFrame) {
        let is_join = matches!(frame, ServerFrame::Joined(_));
        self.answers.push_back((is_join, frame.encode()));
        if is_join {
            self.pushes.push_back(None);
        }
    }
}

struct Room {
    epoch: Epoch,
    log: Vec<Message>,
    keys: BTreeMap<IdempotencyKey, Offset>,
}

/// One connection of a client.
struct Seat {
    client: ClientId,
    rooms: Vec<RoomName>,
    line: Line,
    /// What was refused is refused until it comes again: so nothing overtakes it.
    refused: Option<IdempotencyKey>,
}

#[derive(Default)]
pub struct Server {
    lives: u64,
    rooms: BTreeMap<RoomName, Room>,
    seats: BTreeMap<usize, Seat>,
    clients: u64,
    busy: u8,
    /// Which key each message came with, ever.
    keys: BTreeMap<String, IdempotencyKey>,
}

impl Server {
    /// A client connects.
    pub fn welcome(&mut self, who: usize) {
        self.clients += 1;
        let client = ClientId::new(&format!("c_{}", self.clients)).expect("a client");
        let welcome = ServerFrame::Welcome(Welcome {
            client: client.clone(),
            user: None,
            version: "0".to_owned(),
            node: "n".to_owned(),
            plain: "echo".to_owned(),
            ping: 25,
            max: 1_000,
            time: 0,
        });
        let mut line = Line::default();
        line.put_answer(&welcome);
        self.seats.insert(who, Seat { client, rooms: Vec::new(), line, refused: None });
    }

    pub fn leave(&mut self, who: usize) {
        self.seats.remove(&who);
    }

    pub fn line(&mut self, who: usize) -> Option<&mut Line> {
        Some(&mut self.seats.get_mut(&who)?.line)
    }

    /// Everything is forgotten.
    pub fn restart(&mut self) {
        self.seats.clear();
        self.rooms.clear();
        self.lives += 1;
    }

    /// So many publishes are refused from now on.
    pub fn be_busy(&mut self, publishes: u8) {
        self.busy = publishes;
    }

    /// Nothing of this client is on its way that could overtake what was refused.
    pub fn forgive(&mut self, who: usize) {
        if let Some(seat) = self.seats.get_mut(&who)
            && seat.line.answers.is_empty()
        {
            seat.refused = None;
        }
    }

    /// Whether a message is of this life.
    pub fn knows(&self, message: &Message) -> bool {
        self.rooms.get(&message.room).is_some_and(|room| room.log.contains(message))
    }

    /// What has this place.
    pub fn at(&self, room: &RoomName, offset: Offset) -> Option<&Message> {
        self.rooms.get(room)?.log.iter().find(|message| message.offset == Some(offset))
    }

    /// The life of a room and its last offset.
    pub fn end(&mut self, room: &RoomName) -> Position {
        let life = self.lives;
        let room = self.rooms.entry(room.clone()).or_insert_with(|| Room {
            epoch: Epoch::new(&format!("e{life}")).expect("an epoch"),
            log: Vec::new(),
            keys: BTreeMap::new(),
        });
        Position { epoch: room.epoch.clone(), offset: Offset(room.log.len() as u64) }
    }

    /// A frame of a client arrives.
    pub fn serve(&mut self, who: usize, text: &str) {
        let ClientFrame { id, verb } = ClientFrame::decode(text).expect("a frame");
        let answer = match verb {
            Verb::Join(join) => self.join(id, who, &join.room, join.since),
            Verb::Publish(publish) => self.publish(id, who, publish),
            Verb::Leave(leave) => {
                self.seat(who).rooms.retain(|room| *room != leave.room);
                ServerFrame::Ok(Ack::new(id))
            }
            Verb::Echo(echo) => ServerFrame::Echo(EchoReply { id, data: echo.data, time: 0 }),
            Verb::Call(call) => ServerFrame::Result(CallResult { id, data: call.data }),
            Verb::Ping(_) => ServerFrame::Pong(Pong { id, time: 0 }),
            other => panic!("nobody says {other:?}"),
        };
        self.seat(who).line.put_answer(&answer);
    }

    fn seat(&mut self, who: usize) -> &mut Seat {
        self.seats.get_mut(&who).expect("a connection")
    }

    fn join(&mut self, id: Id, who: usize, room: &RoomName, since: Option<Position>) -> ServerFrame {
        let end = self.end(room);
        let seat = self.seat(who);
        if !seat.rooms.contains(room) {
            seat.rooms.push(room.clone());
        }
        let log = &self.rooms[room].log;
        let kept_after = log.len().saturating_sub(HISTORY) as u64;
        let since =
            since.filter(|since| since.epoch == end.epoch && (kept_after..=end.offset.0).contains(&since.offset.0));
        let is_missed = |message: &&Message| since.as_ref().is_some_and(|since| message.offset > Some(since.offset));
        ServerFrame::Joined(Joined {
            id,
            room: room.clone(),
            epoch: end.epoch,
            offset: end.offset,
            recovered: since.is_some(),
            messages: log.iter().filter(is_missed).cloned().collect(),
            users: None,
            more_users: false,
        })
    }

    fn publish(&mut self, id: Id, who: usize, publish: Publish) -> ServerFrame {
        let key = publish.key.clone().expect("a key");
        let first = self.keys.entry(publish.data.text().to_owned()).or_insert_with(|| key.clone());
        assert_eq!(*first, key, "a message keeps its key");
        if self.refuses(who, &key) {
            let message = "slow down".to_owned();
            return ServerFrame::Error(ErrorReply { id: Some(id), code: ErrorCode::RateLimited, message, retry: true });
        }
        let end = self.end(&publish.room);
        let room = self.rooms.get_mut(&publish.room).expect("a room");
        let known = room.keys.get(&key).copied();
        let offset = known.unwrap_or_else(|| end.offset.next());
        if known.is_none() {
            room.keys.insert(key, offset);
            self.tell(who, publish, offset);
        }
        ServerFrame::Ok(Ack {
            epoch: Some(end.epoch),
            offset: Some(offset),
            duplicate: known.is_some(),
            ..Ack::new(id)
        })
    }

    fn refuses(&mut self, who: usize, key: &IdempotencyKey) -> bool {
        let busy = self.busy > 0;
        self.busy = self.busy.saturating_sub(1);
        let seat = self.seat(who);
        let refuses = busy || seat.refused.as_ref().is_some_and(|refused| refused != key);
        if refuses {
            seat.refused.get_or_insert_with(|| key.clone());
        } else {
            seat.refused = None;
        }
        refuses
    }

    fn tell(&mut self, who: usize, publish: Publish, offset: Offset) {
        let from = From { client: self.seat(who).client.clone(), user: None };
        let Publish { room, event, data, echo, .. } = publish;
        let message = Message { room: room.clone(), offset: Some(offset), event, from: Some(from), data, time: 0 };
        self.rooms.get_mut(&room).expect("a room").log.push(message.clone());
        let push = ServerFrame::<Message>::Message(message).encode();
        for (member, seat) in &mut self.seats {
            if seat.rooms.contains(&room) && (echo || *member != who) {
                seat.line.pushes.push_back(Some(push.clone()));
            }
        }
    }
}
