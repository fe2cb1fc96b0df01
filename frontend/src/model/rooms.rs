//! Joined rooms and their members, kept from session effects. Pure.

use super::well_known::LOBBY;
use yodel_client::{Delivery, Effect, MessageId};
use yodel_protocol::{
    ClientId, Epoch, Offset, RoomName, ServerFrame, UserId,
    frame::{ErrorReply, History, Message, PresenceDiff, PresenceEntry},
};

/// Largest number of earlier messages that are loaded of a room.
pub const MAX_EARLIER: usize = 1_000;

/// All rooms, and the identity of this client.
#[derive(Debug, Default)]
pub struct Rooms {
    /// In the order of joining, the lobby first.
    pub all: Vec<Room>,
    /// This connection.
    pub client: Option<ClientId>,
    /// The user of this connection.
    pub user: Option<UserId>,
    /// The last room whose join or history failed, and the error.
    pub rejection: Option<(RoomName, ErrorReply)>,
    selected: Option<RoomName>,
    /// Requests for history without a reply.
    pending_history: Vec<(MessageId, RoomName)>,
}

/// One room.
#[derive(Debug)]
pub struct Room {
    /// The room's name.
    pub name: RoomName,
    /// `true` if this connection is in the room.
    pub is_joined: bool,
    /// The members; `None` without the permission to see them.
    pub members: Option<Vec<PresenceEntry>>,
    /// `true` if the room has more members than `members` lists.
    pub more_members: bool,
    /// Number of messages of others since the room was selected.
    pub unread: u64,
    /// Messages before those in the log, oldest first.
    pub earlier: Vec<Message>,
    /// `true` if there may be older ones.
    pub more_earlier: bool,
    epoch: Option<Epoch>,
    /// Offset of the first message of this epoch in the log.
    listed: Option<Offset>,
}

impl Room {
    fn new(name: RoomName) -> Self {
        Self {
            name,
            is_joined: false,
            members: None,
            more_members: false,
            unread: 0,
            earlier: Vec::new(),
            more_earlier: true,
            epoch: None,
            listed: None,
        }
    }

    /// Returns the offset of the oldest known message.
    pub fn oldest_known(&self) -> Option<Offset> {
        self.earlier.first().and_then(|message| message.offset).or(self.listed)
    }

    /// Records that a message of this room is in the log.
    pub fn mark_listed(&mut self, offset: Option<Offset>) {
        self.listed = [self.listed, offset].into_iter().flatten().min();
    }

    /// Changes the epoch. Offsets of another epoch are meaningless, so its history is discarded.
    fn set_epoch(&mut self, epoch: &Epoch) {
        if self.epoch.as_ref().is_some_and(|known| known != epoch) {
            self.earlier.clear();
            self.listed = None;
            self.more_earlier = true;
        }
        self.epoch = Some(epoch.clone());
    }

    /// Prepends a page of history without the known messages.
    fn add_history(&mut self, history: &History) {
        self.set_epoch(&history.epoch);
        let before = self.oldest_known();
        let new = |message: &&Message| message.offset.is_some() && before.is_none_or(|at| message.offset < Some(at));
        let mut page: Vec<Message> = history.messages.iter().filter(new).cloned().collect();
        page.append(&mut self.earlier);
        self.earlier = page;
        self.more_earlier = history.more && self.earlier.len() < MAX_EARLIER;
    }

    fn diff(&mut self, diff: &PresenceDiff) {
        let Some(members) = &mut self.members else { return };
        for member in diff.left.iter().chain(&diff.joined) {
            members.retain(|known| name(known) != name(member));
        }
        members.extend(diff.joined.iter().cloned());
    }
}

impl Rooms {
    /// Applies an effect of the session.
    pub fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::Welcome(welcome) => {
                self.client = Some(welcome.client.clone());
                self.user.clone_from(&welcome.user);
            }
            Effect::ServerChanged => *self = Self::default(),
            Effect::Authenticated { user, .. } => self.user.clone_from(user),
            Effect::Down { .. } => {
                self.pending_history.clear();
                self.all.iter_mut().for_each(|room| room.is_joined = false);
            }
            // A request that is lost with its connection, or was never sent, gets no reply.
            Effect::Delivery(id, Delivery::Failed | Delivery::Unconfirmed) | Effect::OutboxFull(id) => {
                self.pending_history.retain(|(requested, _)| requested != id);
            }
            Effect::Joined { room: name, position, users, more_users } => {
                self.rejection.take_if(|(rejected, _)| rejected == name);
                let room = self.room(name);
                room.is_joined = true;
                room.set_epoch(&position.epoch);
                room.members.clone_from(users);
                room.more_members = *more_users;
            }
            Effect::Left { room: name, error } => {
                self.all.retain(|room| room.name != *name);
                if let Some(error) = error {
                    self.rejection = Some((name.clone(), error.clone()));
                }
            }
            Effect::Message(message) => self.receive(message),
            Effect::PresenceDiff(diff) => {
                if let Some(room) = self.find(&diff.room) {
                    room.diff(diff);
                }
            }
            Effect::Reply(id, reply) => self.reply(*id, reply),
            _ => {}
        }
    }

    /// Returns a room, and adds it if necessary.
    pub fn room(&mut self, name: &RoomName) -> &mut Room {
        let at = self.all.iter().position(|room| room.name == *name).unwrap_or(self.all.len());
        if at < self.all.len() {
            return &mut self.all[at];
        }
        // The lobby, which all clients join automatically, comes first.
        let at = if name.as_str() == LOBBY { 0 } else { at };
        self.all.insert(at, Room::new(name.clone()));
        &mut self.all[at]
    }

    /// Selects a room and resets its unread messages.
    pub fn select(&mut self, name: &RoomName) {
        self.selected = Some(name.clone());
        if let Some(room) = self.find(name) {
            room.unread = 0;
        }
    }

    /// Returns the selected room, or the first one.
    pub fn selected(&self) -> Option<&Room> {
        let selected = self.all.iter().find(|room| Some(&room.name) == self.selected.as_ref());
        selected.or(self.all.first())
    }

    /// Returns whether this is the own user or connection.
    pub fn is_me(&self, member: &PresenceEntry) -> bool {
        match &member.user {
            Some(user) => self.user.as_ref() == Some(user),
            None => member.client.is_some() && self.client == member.client,
        }
    }

    /// Records a request for a page of a room's history.
    pub fn history_requested(&mut self, id: MessageId, room: &RoomName) {
        self.pending_history.push((id, room.clone()));
    }

    /// Returns whether a request for this room's history is pending.
    pub fn is_loading_history(&self, room: &RoomName) -> bool {
        self.pending_history.iter().any(|(_, loading)| loading == room)
    }

    /// Returns the room with this name.
    pub fn find(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.all.iter_mut().find(|room| room.name == *name)
    }

    fn receive(&mut self, message: &Message) {
        let is_own = message.from.as_ref().is_some_and(|from| Some(&from.client) == self.client.as_ref());
        let is_selected = self.selected().is_some_and(|room| room.name == message.room);
        if let Some(room) = self.find(&message.room) {
            room.mark_listed(message.offset);
            room.unread += u64::from(!is_own && !is_selected);
        }
    }

    fn reply(&mut self, id: MessageId, reply: &ServerFrame) {
        let room = self
            .pending_history
            .iter()
            .position(|(requested, _)| *requested == id)
            .map(|at| self.pending_history.remove(at));
        match (reply, room) {
            (ServerFrame::Presence(presence), _) => {
                if let Some(room) = self.find(&presence.room) {
                    room.is_joined = true;
                    room.members = Some(presence.users.clone());
                    room.more_members = presence.more_users;
                }
            }
            (ServerFrame::History(history), Some((_, name))) => {
                if let Some(room) = self.find(&name) {
                    room.add_history(history);
                }
            }
            (ServerFrame::Error(reply), Some((_, name))) => self.rejection = Some((name, reply.clone())),
            _ => {}
        }
    }
}

/// Returns the user id, or the client id of an anonymous client.
pub fn name(member: &PresenceEntry) -> &str {
    let client = || member.client.as_ref().map(ClientId::as_str);
    member.user.as_ref().map(UserId::as_str).or_else(client).unwrap_or_default()
}

#[cfg(test)]
mod tests;
