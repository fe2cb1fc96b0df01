//! A minimal server after docs/protocol.md: rooms with short histories, and idempotency keys.

use std::collections::{BTreeMap, VecDeque};

use yodel_protocol::frame::{Ack, CallResult, EchoReply, ErrorReply, From, Joined, Message, Pong, Publish, Welcome};
use yodel_protocol::{
    ClientFrame, ClientId, Epoch, ErrorCode, Id, IdempotencyKey, Offset, Position, RoomName, ServerFrame, Verb,
};

/// Number of messages in the history of a room.
const HISTORY: usize = 6;

/// Frames that a client has not received. Replies and pushes are ordered among themselves only, except that the reply
/// to a join comes after all messages that were published before it, and before all later ones.
#[derive(Default)]
pub struct Downlink {
    replies: VecDeque<(bool, String)>,
    /// `None` stands for the reply to a join.
    pushes: VecDeque<Option<String>>,
}

impl Downlink {
    /// Takes the next reply, if it may precede the next push.
    pub fn next_reply(&mut self) -> Option<String> {
        let is_join = self.replies.front()?.0;
        if is_join {
            self.pushes.front().filter(|push| push.is_none())?;
            self.pushes.pop_front();
        }
        Some(self.replies.pop_front()?.1)
    }

    /// Takes the next push, if it may precede the next reply.
    pub fn next_push(&mut self) -> Option<String> {
        self.pushes.front().filter(|push| push.is_some())?;
        self.pushes.pop_front()?
    }

    fn queue_reply(&mut self, frame: &ServerFrame) {
        let is_join = matches!(frame, ServerFrame::Joined(_));
        self.replies.push_back((is_join, frame.encode()));
        if is_join {
            self.pushes.push_back(None);
        }
    }
}

struct ServerRoom {
    epoch: Epoch,
    log: Vec<Message>,
    keys: BTreeMap<IdempotencyKey, Offset>,
}

/// One connection of a client.
struct ClientConnection {
    client: ClientId,
    rooms: Vec<RoomName>,
    downlink: Downlink,
    /// The key of the oldest rejected publish. Other publishes are rejected until this one is repeated, so that none
    /// overtakes it.
    rejected: Option<IdempotencyKey>,
}

#[derive(Default)]
pub struct Server {
    epoch_count: u64,
    rooms: BTreeMap<RoomName, ServerRoom>,
    connections: BTreeMap<usize, ClientConnection>,
    clients: u64,
    busy: u8,
    /// The key of each message that was ever published.
    keys: BTreeMap<String, IdempotencyKey>,
}

impl Server {
    /// Accepts a connection.
    pub fn welcome(&mut self, client_index: usize) {
        self.clients += 1;
        let client = ClientId::new(&format!("c_{}", self.clients)).expect("valid client id");
        let welcome = ServerFrame::Welcome(Welcome {
            client: client.clone(),
            user: None,
            version: "0".to_owned(),
            node: "n".to_owned(),
            plain: "echo".to_owned(),
            ping: 25,
            max: 1_000,
            time: 0,
            auth_required: false,
        });
        let mut downlink = Downlink::default();
        downlink.queue_reply(&welcome);
        self.connections.insert(client_index, ClientConnection { client, rooms: Vec::new(), downlink, rejected: None });
    }

    pub fn leave(&mut self, client_index: usize) {
        self.connections.remove(&client_index);
    }

    pub fn downlink(&mut self, client_index: usize) -> Option<&mut Downlink> {
        Some(&mut self.connections.get_mut(&client_index)?.downlink)
    }

    /// Restarts without rooms and connections.
    pub fn restart(&mut self) {
        self.connections.clear();
        self.rooms.clear();
        self.epoch_count += 1;
    }

    /// Rejects this many publishes.
    pub fn reject_next(&mut self, publishes: u8) {
        self.busy = publishes;
    }

    /// Accepts every publish again, if no reply is outstanding.
    pub fn allow_new_keys(&mut self, client_index: usize) {
        if let Some(connection) = self.connections.get_mut(&client_index)
            && connection.downlink.replies.is_empty()
        {
            connection.rejected = None;
        }
    }

    /// Returns the current epoch of the room if the message belongs to it.
    pub fn epoch_of(&self, message: &Message) -> Option<Epoch> {
        self.rooms.get(&message.room).filter(|room| room.log.contains(message)).map(|room| room.epoch.clone())
    }

    /// Returns the message at an offset.
    pub fn at(&self, room: &RoomName, offset: Offset) -> Option<&Message> {
        self.rooms.get(room)?.log.iter().find(|message| message.offset == Some(offset))
    }

    /// Returns the position of a room.
    pub fn end(&mut self, room: &RoomName) -> Position {
        let epoch_number = self.epoch_count;
        let room = self.rooms.entry(room.clone()).or_insert_with(|| ServerRoom {
            epoch: Epoch::new(&format!("e{epoch_number}")).expect("valid epoch"),
            log: Vec::new(),
            keys: BTreeMap::new(),
        });
        Position { epoch: room.epoch.clone(), offset: Offset(room.log.len() as u64) }
    }

    /// Handles a frame of a client.
    pub fn serve(&mut self, client_index: usize, text: &str) {
        let ClientFrame { id, verb } = ClientFrame::decode(text).expect("valid frame");
        let reply = match verb {
            Verb::Join(join) => self.join(id, client_index, &join.room, join.since),
            Verb::Publish(publish) => self.publish(id, client_index, publish),
            Verb::Leave(leave) => {
                self.connection(client_index).rooms.retain(|room| *room != leave.room);
                ServerFrame::Ok(Ack::new(id))
            }
            Verb::Echo(echo) => ServerFrame::Echo(EchoReply { id, data: echo.data, time: 0 }),
            Verb::Call(call) => ServerFrame::Result(CallResult { id, data: call.data }),
            Verb::Ping(_) => ServerFrame::Pong(Pong { id, time: 0 }),
            other => panic!("unexpected request {other:?}"),
        };
        self.connection(client_index).downlink.queue_reply(&reply);
    }

    fn connection(&mut self, client_index: usize) -> &mut ClientConnection {
        self.connections.get_mut(&client_index).expect("open connection")
    }

    fn join(&mut self, id: Id, client_index: usize, room: &RoomName, since: Option<Position>) -> ServerFrame {
        let end = self.end(room);
        let connection = self.connection(client_index);
        if !connection.rooms.contains(room) {
            connection.rooms.push(room.clone());
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

    fn publish(&mut self, id: Id, client_index: usize, publish: Publish) -> ServerFrame {
        let key = publish.key.clone().expect("idempotency key");
        let first = self.keys.entry(publish.data.text().to_owned()).or_insert_with(|| key.clone());
        assert_eq!(*first, key, "a message keeps its key");
        if self.rejects(client_index, &key) {
            let message = "slow down".to_owned();
            return ServerFrame::Error(ErrorReply { id: Some(id), code: ErrorCode::RateLimited, message, retry: true });
        }
        let end = self.end(&publish.room);
        let room = self.rooms.get_mut(&publish.room).expect("existing room");
        let known = room.keys.get(&key).copied();
        let offset = known.unwrap_or_else(|| end.offset.next());
        if known.is_none() {
            room.keys.insert(key, offset);
            self.broadcast(client_index, publish, offset);
        }
        ServerFrame::Ok(Ack {
            epoch: Some(end.epoch),
            offset: Some(offset),
            duplicate: known.is_some(),
            ..Ack::new(id)
        })
    }

    fn rejects(&mut self, client_index: usize, key: &IdempotencyKey) -> bool {
        let busy = self.busy > 0;
        self.busy = self.busy.saturating_sub(1);
        let connection = self.connection(client_index);
        let rejects = busy || connection.rejected.as_ref().is_some_and(|rejected| rejected != key);
        if rejects {
            connection.rejected.get_or_insert_with(|| key.clone());
        } else {
            connection.rejected = None;
        }
        rejects
    }

    fn broadcast(&mut self, client_index: usize, publish: Publish, offset: Offset) {
        let from = From { client: self.connection(client_index).client.clone(), user: None };
        let Publish { room, event, data, echo, .. } = publish;
        let message = Message { room: room.clone(), offset: Some(offset), event, from: Some(from), data, time: 0 };
        self.rooms.get_mut(&room).expect("existing room").log.push(message.clone());
        let push = ServerFrame::<Message>::Message(message).encode();
        for (client, connection) in &mut self.connections {
            if connection.rooms.contains(&room) && (echo || *client != client_index) {
                connection.downlink.pushes.push_back(Some(push.clone()));
            }
        }
    }
}
