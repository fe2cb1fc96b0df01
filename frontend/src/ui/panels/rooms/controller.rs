//! The rooms of a page, and what a person does with them. It lasts as long as the page: what is
//! unread while the tools are closed is known when they are opened again.

use crate::{
    i18n::rooms::Rooms as Words,
    model::well_known::LOBBY,
    model::{
        Destination,
        log::{Body, Log},
        rooms::{Room, Rooms},
    },
    reactive::view::{Text, text},
    state::{Auth, Connection, Dispatcher, Language, LogState, Messages, RoomsState, context},
    ui::panels::kept::Kept,
};
use leptos::prelude::*;
use yodel_protocol::{
    ErrorCode, Offset, RoomName, Verb,
    frame::{ErrorReply, HistoryRequest, RoomRequest},
};

/// Messages of one page of history.
const PAGE: u32 = 50;

/// A handle: copies are the same desk.
#[derive(Clone, Copy)]
pub(super) struct RoomsController {
    pub(super) auth: &'static Auth,
    pub(super) connection: &'static Connection,
    pub(super) language: &'static Language,
    pub(super) log: &'static LogState,
    pub(super) messages: &'static Messages,
    pub(super) dispatcher: &'static Dispatcher,
    pub(super) joined: &'static RoomsState,
    rooms: &'static ArcStoredValue<Rooms>,
}

impl RoomsController {
    /// The desk of this page.
    pub(super) fn from_context() -> Self {
        let mut new = false;
        let rooms = Kept::get().rooms.get_or_init(|| {
            new = true;
            ArcStoredValue::new(Rooms::default())
        });
        let rooms_of_page = Self {
            auth: context::<Auth>(),
            connection: context::<Connection>(),
            language: context::<Language>(),
            log: context::<LogState>(),
            messages: context::<Messages>(),
            dispatcher: context::<Dispatcher>(),
            joined: context::<RoomsState>(),
            rooms,
        };
        if new {
            rooms_of_page.open();
        }
        rooms_of_page
    }

    /// Rooms that are heard already were told before; who is in them is asked.
    fn open(self) {
        let heard = self.joined.joined();
        self.change(|rooms| {
            rooms.client = self.auth.welcome().map(|welcome| welcome.client.clone());
            rooms.user = self.auth.user();
            for room in &heard {
                rooms.room(room);
            }
        });
        self.dispatcher.observe(move |effect| self.rooms.update_value(|rooms| rooms.apply(effect)));
        for room in heard {
            self.look(room);
        }
    }

    /// Something of the rooms; looked at again when they have changed.
    pub(super) fn read<T>(self, read: impl FnOnce(&Rooms) -> T) -> T {
        self.log.read(|_| self.rooms.with_value(read))
    }

    /// Something of the room that is looked at.
    pub(super) fn shown<T>(self, read: impl FnOnce(&Room) -> T) -> Option<T> {
        self.read(|rooms| rooms.shown().map(read))
    }

    /// The words.
    pub(super) fn words(self) -> &'static Words {
        Words::of(self.language.lang.get())
    }

    /// One of the words.
    pub(super) fn say(self, word: fn(&Words) -> &'static str) -> Text {
        text(move || word(self.words()))
    }

    /// Hears a room and looks at it.
    pub(super) fn join(self, room: RoomName) {
        self.change(|rooms| {
            rooms.refused = None;
            rooms.room(&room);
        });
        self.joined.join(room.clone());
        self.choose(room);
    }

    /// Hears a room no longer.
    pub(super) fn leave(self, room: &RoomName) {
        if self.messages.to.get_untracked() == Some(Destination::Room(room.clone())) {
            self.messages.to.set(None);
        }
        self.joined.leave(room.clone());
        self.log.touch();
    }

    /// Looks at a room and writes there. Where texts go to the lobby by themselves, it needs no choice.
    pub(super) fn choose(self, room: RoomName) {
        self.change(|rooms| rooms.choose(&room));
        let by_itself = room.as_str() == LOBBY && self.is_broadcast();
        self.messages.to.set((!by_itself).then_some(Destination::Room(room.clone())));
        if self.rooms.with_value(|rooms| rooms.shown().is_some_and(|room| room.here)) {
            self.look(room);
        }
    }

    /// Whether texts go to the lobby.
    pub(super) fn is_broadcast(self) -> bool {
        self.auth.is_broadcast()
    }

    /// Asks for what was said before anything that was seen.
    pub(super) fn ask_earlier(self) {
        let shown = self.rooms.with_value(|rooms| rooms.shown().map(|room| room.name.clone()));
        let Some(room) = shown else { return };
        let listed = untrack(|| self.log.read(|journal| first(journal, &room)));
        let mut before = None;
        self.change(|rooms| {
            let known = rooms.room(&room);
            known.list(listed);
            before = known.before();
        });
        let id = self.joined.ask(Verb::History(HistoryRequest { room: room.clone(), before, limit: Some(PAGE) }));
        self.change(|rooms| rooms.ask(id, &room));
    }

    /// Why the server did not do what was wanted of a room.
    pub(super) fn refusal(self) -> String {
        let words = self.words();
        self.read(|rooms| rooms.refused.as_ref().map(|(room, why)| words.why(room, why))).unwrap_or_default()
    }

    /// Asks who is in a room.
    fn look(self, room: RoomName) {
        self.joined.ask(Verb::Presence(RoomRequest { room }));
    }

    fn change(self, change: impl FnOnce(&mut Rooms)) {
        self.rooms.update_value(change);
        self.log.touch();
    }
}

impl Words {
    /// Why the server does not do it.
    fn why(&self, room: &RoomName, failed: &ErrorReply) -> String {
        let text = match failed.code {
            ErrorCode::Forbidden => self.forbidden,
            ErrorCode::Limit => self.full,
            _ => self.refused,
        };
        crate::i18n::fill(text, &[("room", room), ("why", &failed.message)])
    }
}

/// The first message of a room that is in the list, since the room has begun anew.
fn first(journal: &Log, room: &RoomName) -> Option<Offset> {
    journal.rows.iter().fold(None, |first, row| match &row.body {
        Body::Gap { room: begun, lost: None } if begun == room => None,
        Body::Received { envelope: Some(about), .. } if about.room.as_ref() == Some(room) => first.or(about.offset()),
        _ => first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use yodel_client::Effect;
    use yodel_protocol::{Epoch, Position, ServerFrame};

    fn room() -> RoomName {
        RoomName::new("a").unwrap()
    }

    fn message(journal: &mut Log, room: &str, offset: u64) {
        let text =
            format!(r#"{{"type":"message","room":"{room}","offset":{offset},"event":"text","data":1,"time":9}}"#);
        let Ok(ServerFrame::Message(message)) = ServerFrame::decode(&text) else { panic!("{text}") };
        journal.apply(1, &Effect::Message(message.into()));
    }

    #[test]
    fn the_first_message_in_the_list_is_of_this_room_and_this_life_of_it() {
        let mut journal = Log::default();
        message(&mut journal, "b", 3);
        assert_eq!(first(&journal, &room()), None);
        message(&mut journal, "a", 70);
        message(&mut journal, "a", 71);
        assert_eq!(first(&journal, &room()), Some(Offset(70)));
        let at = |epoch, offset| Position { epoch: Epoch::new(epoch).unwrap(), offset: Offset(offset) };
        journal.apply(2, &Effect::Gap { room: room(), after: at("e", 71), upto: at("f", 4) });
        message(&mut journal, "a", 5);
        assert_eq!(first(&journal, &room()), Some(Offset(5)));
    }

    #[test]
    fn a_refusal_says_why_in_words() {
        let why = |code: &str| {
            let failed = format!(r#"{{"code":"{code}","message":"the words of the server","retry":false}}"#);
            Words::of(Lang::En).why(&room(), &serde_json::from_str(&failed).unwrap())
        };
        assert_eq!(why("forbidden"), "You may not do that in #a.");
        assert_eq!(why("limit"), "#a has no place: the words of the server.");
        assert_eq!(why("bad_request"), "#a: the words of the server.");
    }
}
