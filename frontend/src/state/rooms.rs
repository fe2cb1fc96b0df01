//! The rooms of the user, per server.

use super::Dispatcher;
use crate::{model::well_known::LOBBY, platform::storage::StorageArea, reactive::ErasedValue};
use yodel_client::{Event, MessageId, target::server_of};
use yodel_protocol::{RoomName, Verb};

/// Start of the storage names of the joined rooms; the suffix of the connection and the server follow.
pub(super) const ROOMS: &str = "yodel.rooms";
/// First id of requests, above the ids of all log entries.
const FIRST_REQUEST: u64 = 1 << 52;

/// The joined rooms, and requests to the server.
pub struct RoomsState {
    dispatcher: &'static Dispatcher,
    /// Suffix of the storage names.
    suffix: String,
    /// The server of `joined`.
    server: ErasedValue<String>,
    joined: ErasedValue<Vec<RoomName>>,
    last_request: ErasedValue<u64>,
}

impl RoomsState {
    /// Creates the state without a server.
    pub(super) fn new(dispatcher: &'static Dispatcher, suffix: String) -> &'static Self {
        let (server, joined) = (ErasedValue::new(String::new()), ErasedValue::new(Vec::new()));
        Box::leak(Box::new(Self { dispatcher, suffix, server, joined, last_request: ErasedValue::new(FIRST_REQUEST) }))
    }

    /// Changes to the server of an address, with its rooms of this browser session. Returns whether it is another one.
    pub(super) fn set_server(&self, url: &str) -> bool {
        let server = server_of(url);
        if self.server.with_value(|known| known == server) {
            return false;
        }
        self.server.set_value(server.to_owned());
        let stored = StorageArea::Session.load_texts(&self.storage_name(server));
        self.joined.set_value(stored.iter().filter_map(|room| RoomName::new(room.as_str()).ok()).collect());
        true
    }

    /// Joins the rooms of the server again. The session forgot them when it changed to another server.
    pub(super) fn join_again(&self) {
        self.joined().into_iter().for_each(|room| self.dispatcher.dispatch(Event::Join(room)));
    }

    /// Joins a room, now and on every connection of this browser session to this server.
    pub fn join(&self, room: RoomName) {
        self.set_joined(&room, true);
        self.dispatcher.dispatch(Event::Join(room));
    }

    /// Leaves a room.
    pub fn leave(&self, room: RoomName) {
        self.set_joined(&room, false);
        self.dispatcher.dispatch(Event::Leave(room));
    }

    /// Returns the rooms that are joined, or will be when there is a connection.
    pub fn joined(&self) -> Vec<RoomName> {
        self.joined.get_value()
    }

    /// Sends a request that is not a message; returns the id of its [`Effect::Reply`](yodel_client::Effect::Reply).
    pub fn request(&self, verb: Verb) -> MessageId {
        let id = self.next_request();
        self.send_request(id, verb);
        id
    }

    /// Returns the id of a new request.
    pub fn next_request(&self) -> MessageId {
        self.last_request.update_value(|last| *last += 1);
        MessageId(self.last_request.get_value())
    }

    /// Sends a request with this id. Its effects may occur before this function returns.
    pub fn send_request(&self, id: MessageId, verb: Verb) {
        self.dispatcher.dispatch(Event::Request { id, verb });
    }

    /// Stores that a room is joined or left. The lobby is not stored: servers that have one add every client.
    pub(super) fn set_joined(&self, room: &RoomName, joined: bool) {
        self.joined.update_value(|rooms| {
            if joined && !rooms.contains(room) {
                rooms.push(room.clone());
            }
            rooms.retain(|known| joined || known != room);
            let chosen: Vec<String> = rooms.iter().map(RoomName::to_string).filter(|room| room != LOBBY).collect();
            self.server.with_value(|server| StorageArea::Session.save_texts(&self.storage_name(server), &chosen));
        });
    }

    fn storage_name(&self, server: &str) -> String {
        format!("{ROOMS}{} {server}", self.suffix)
    }
}
