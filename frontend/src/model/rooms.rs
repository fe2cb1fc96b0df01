//! Joined rooms and their members, kept from session effects. Pure.

use super::well_known::LOBBY;
use yodel_client::{Effect, MessageId};
use yodel_protocol::{
    ClientId, Epoch, Offset, RoomName, ServerFrame, UserId,
    frame::{ErrorReply, History, Message, PresenceDiff, PresenceEntry},
};

/// Earlier messages of a room that are kept to look at; then there is no going further back.
pub const EARLIER: usize = 1_000;

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
    pub refused: Option<(RoomName, ErrorReply)>,
    chosen: Option<RoomName>,
    /// Pages of history that are on their way.
    asked: Vec<(MessageId, RoomName)>,
}

/// One room.
#[derive(Debug)]
pub struct Room {
    /// Its name.
    pub name: RoomName,
    /// The server has this connection in it.
    pub here: bool,
    /// `None` for those who may not know.
    pub people: Option<Vec<PresenceEntry>>,
    /// More are in it than `people` says.
    pub more_people: bool,
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
            here: false,
            people: None,
            more_people: false,
            unread: 0,
            earlier: Vec::new(),
            more_earlier: true,
            epoch: None,
            listed: None,
        }
    }

    /// Everything before here was not seen yet.
    pub fn before(&self) -> Option<Offset> {
        self.earlier.first().and_then(|message| message.offset).or(self.listed)
    }

    /// A message of this room is in the list.
    pub fn list(&mut self, offset: Option<Offset>) {
        self.listed = [self.listed, offset].into_iter().flatten().min();
    }

    /// In another life of the room offsets mean something else.
    fn live(&mut self, epoch: &Epoch) {
        if self.epoch.as_ref().is_some_and(|known| known != epoch) {
            self.earlier.clear();
            self.listed = None;
            self.more_earlier = true;
        }
        self.epoch = Some(epoch.clone());
    }

    /// A page of what was said before; what was seen already is left out.
    fn page(&mut self, history: &History) {
        self.live(&history.epoch);
        let before = self.before();
        let new = |message: &&Message| message.offset.is_some() && before.is_none_or(|at| message.offset < Some(at));
        let mut page: Vec<Message> = history.messages.iter().filter(new).cloned().collect();
        page.append(&mut self.earlier);
        self.earlier = page;
        self.more_earlier = history.more && self.earlier.len() < EARLIER;
    }

    fn diff(&mut self, diff: &PresenceDiff) {
        let Some(people) = &mut self.people else { return };
        for who in diff.left.iter().chain(&diff.joined) {
            people.retain(|known| name(known) != name(who));
        }
        people.extend(diff.joined.iter().cloned());
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
            Effect::LoggedIn { user, .. } => self.user.clone_from(user),
            Effect::Down { .. } => self.all.iter_mut().for_each(|room| room.here = false),
            Effect::Joined { room: name, position, users, more_users } => {
                self.refused.take_if(|(refused, _)| refused == name);
                let room = self.room(name);
                room.here = true;
                room.live(&position.epoch);
                room.people.clone_from(users);
                room.more_people = *more_users;
            }
            Effect::Left { room: name, why } => {
                self.all.retain(|room| room.name != *name);
                if let Some(why) = why {
                    self.refused = Some((name.clone(), why.clone()));
                }
            }
            Effect::Message(message) => self.heard(message),
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
    pub fn choose(&mut self, name: &RoomName) {
        self.chosen = Some(name.clone());
        if let Some(room) = self.find(name) {
            room.unread = 0;
        }
    }

    /// The room that is looked at: the chosen one, else the first.
    pub fn shown(&self) -> Option<&Room> {
        let chosen = self.all.iter().find(|room| Some(&room.name) == self.chosen.as_ref());
        chosen.or(self.all.first())
    }

    /// Whether this is oneself.
    pub fn is_me(&self, who: &PresenceEntry) -> bool {
        match &who.user {
            Some(user) => self.user.as_ref() == Some(user),
            None => who.client.is_some() && self.client == who.client,
        }
    }

    /// A page of a room's history was asked for under this name.
    pub fn ask(&mut self, id: MessageId, room: &RoomName) {
        self.asked.push((id, room.clone()));
    }

    /// Whether a page of a room's history is on its way.
    pub fn is_asked(&self, room: &RoomName) -> bool {
        self.asked.iter().any(|(_, asked)| asked == room)
    }

    /// A room by its name.
    pub fn find(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.all.iter_mut().find(|room| room.name == *name)
    }

    fn heard(&mut self, message: &Message) {
        let own = message.from.as_ref().is_some_and(|from| Some(&from.client) == self.client.as_ref());
        let shown = self.shown().is_some_and(|room| room.name == message.room);
        if let Some(room) = self.find(&message.room) {
            room.list(message.offset);
            room.unread += u64::from(!own && !shown);
        }
    }

    fn reply(&mut self, id: MessageId, reply: &ServerFrame) {
        let asked = self.asked.iter().position(|(asked, _)| *asked == id).map(|at| self.asked.remove(at));
        match (reply, asked) {
            (ServerFrame::Presence(presence), _) => {
                if let Some(room) = self.find(&presence.room) {
                    room.here = true;
                    room.people = Some(presence.users.clone());
                    room.more_people = presence.more_users;
                }
            }
            (ServerFrame::History(history), Some((_, name))) => {
                if let Some(room) = self.find(&name) {
                    room.page(history);
                }
            }
            (ServerFrame::Error(failed), Some((_, name))) => self.refused = Some((name, failed.clone())),
            _ => {}
        }
    }
}

/// What somebody is called.
pub fn name(who: &PresenceEntry) -> &str {
    let client = || who.client.as_ref().map(ClientId::as_str);
    who.user.as_ref().map(UserId::as_str).or_else(client).unwrap_or_default()
}

#[cfg(test)]
mod tests;
