//! Joined rooms and their members, kept from session effects. Pure.

use super::well_known::LOBBY;
use yodel_client::{Effect, MessageId};
use yodel_protocol::{
    ClientId, Epoch, Offset, RoomName, ServerFrame, UserId,
    frame::{Failed, History, Message, PresenceDiff, Present},
};

/// Earlier messages of a room that are kept to look at; then there is no going further back.
pub const MAX_EARLIER: usize = 1_000;

/// All rooms, and who one is.
#[derive(Debug, Default)]
pub struct Rooms {
    /// In the order of joining; the lobby first.
    pub all: Vec<Room>,
    /// This connection.
    pub client: Option<ClientId>,
    /// The user of this connection.
    pub user: Option<UserId>,
    /// The last room that could not be heard, or not be asked, and why.
    pub rejection: Option<(RoomName, Failed)>,
    selected: Option<RoomName>,
    /// Pages of history that are on their way.
    pending_history: Vec<(MessageId, RoomName)>,
}

/// One room.
#[derive(Debug)]
pub struct Room {
    /// Its name.
    pub name: RoomName,
    /// The server has this connection in it.
    pub is_joined: bool,
    /// `None` for those who may not know.
    pub members: Option<Vec<Present>>,
    /// More are in it than `members` says.
    pub more_members: bool,
    /// Messages of others since it was looked at.
    pub unread: u64,
    /// What was said before anything that is in the list, oldest first.
    pub earlier: Vec<Message>,
    /// There may be older ones.
    pub more_earlier: bool,
    epoch: Option<Epoch>,
    /// The first message of this epoch that is in the list.
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

    /// Everything before here was not seen yet.
    pub fn oldest_known(&self) -> Option<Offset> {
        self.earlier.first().and_then(|message| message.offset).or(self.listed)
    }

    /// A message of this room is in the list.
    pub fn mark_listed(&mut self, offset: Option<Offset>) {
        self.listed = [self.listed, offset].into_iter().flatten().min();
    }

    /// In another life of the room offsets mean something else.
    fn set_epoch(&mut self, epoch: &Epoch) {
        if self.epoch.as_ref().is_some_and(|known| known != epoch) {
            self.earlier.clear();
            self.listed = None;
            self.more_earlier = true;
        }
        self.epoch = Some(epoch.clone());
    }

    /// A page of what was said before; what was seen already is left out.
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
        for who in diff.left.iter().chain(&diff.joined) {
            members.retain(|known| name(known) != name(who));
        }
        members.extend(diff.joined.iter().cloned());
    }
}

impl Rooms {
    /// The session said so.
    pub fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::Welcome(welcome) => {
                self.client = Some(welcome.client.clone());
                self.user.clone_from(&welcome.user);
            }
            Effect::Authenticated { user, .. } => self.user.clone_from(user),
            Effect::Down { .. } => self.all.iter_mut().for_each(|room| room.is_joined = false),
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

    /// A room that is heard, or will be.
    pub fn room(&mut self, name: &RoomName) -> &mut Room {
        let at = self.all.iter().position(|room| room.name == *name).unwrap_or(self.all.len());
        if at < self.all.len() {
            return &mut self.all[at];
        }
        // The one that everybody is in by itself comes first.
        let at = if name.as_str() == LOBBY { 0 } else { at };
        self.all.insert(at, Room::new(name.clone()));
        &mut self.all[at]
    }

    /// Looks at a room.
    pub fn select(&mut self, name: &RoomName) {
        self.selected = Some(name.clone());
        if let Some(room) = self.find(name) {
            room.unread = 0;
        }
    }

    /// The room that is looked at: the selected one, else the first.
    pub fn selected(&self) -> Option<&Room> {
        let selected = self.all.iter().find(|room| Some(&room.name) == self.selected.as_ref());
        selected.or(self.all.first())
    }

    /// Whether this is oneself.
    pub fn is_me(&self, who: &Present) -> bool {
        match &who.user {
            Some(user) => self.user.as_ref() == Some(user),
            None => who.client.is_some() && self.client == who.client,
        }
    }

    /// A page of a room's history was asked for under this name.
    pub fn history_requested(&mut self, id: MessageId, room: &RoomName) {
        self.pending_history.push((id, room.clone()));
    }

    /// Whether a page of a room's history is on its way.
    pub fn is_loading_history(&self, room: &RoomName) -> bool {
        self.pending_history.iter().any(|(_, loading)| loading == room)
    }

    /// A room by its name.
    pub fn find(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.all.iter_mut().find(|room| room.name == *name)
    }

    fn receive(&mut self, message: &Message) {
        let own = message.from.as_ref().is_some_and(|from| Some(&from.client) == self.client.as_ref());
        let shown = self.selected().is_some_and(|room| room.name == message.room);
        if let Some(room) = self.find(&message.room) {
            room.mark_listed(message.offset);
            room.unread += u64::from(!own && !shown);
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
            (ServerFrame::Error(failed), Some((_, name))) => self.rejection = Some((name, failed.clone())),
            _ => {}
        }
    }
}

/// What somebody is called.
pub fn name(who: &Present) -> &str {
    let client = || who.client.as_ref().map(ClientId::as_str);
    who.user.as_ref().map(UserId::as_str).or_else(client).unwrap_or_default()
}

#[cfg(test)]
mod tests;
