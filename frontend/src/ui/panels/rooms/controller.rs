//! State and actions of the rooms panel. It lives as long as the connection, so unread messages are counted while the panels
//! are closed.

use super::first_offset::first_offset;
use crate::{
    i18n::rooms::RoomStrings,
    model::well_known::LOBBY,
    model::{
        Destination,
        rooms::{Room, Rooms},
    },
    reactive::{
        ErasedValue,
        view::{Text, text},
    },
    state::{Auth, Connection, Dispatcher, Language, LogState, Messages, RoomsState, context},
    ui::panels::panel_state::PanelState,
};
use leptos::prelude::*;
use yodel_protocol::{
    ErrorCode, RoomName, Verb,
    frame::{ErrorReply, HistoryRequest, RoomRequest},
};

/// Messages per page of history.
const PAGE_SIZE: u32 = 50;

/// State and actions of the rooms panel. A handle: copies refer to the same state.
#[derive(Clone, Copy)]
pub(super) struct RoomsController {
    pub(super) auth: &'static Auth,
    pub(super) connection: &'static Connection,
    pub(super) language: &'static Language,
    pub(super) log: &'static LogState,
    pub(super) messages: &'static Messages,
    pub(super) dispatcher: &'static Dispatcher,
    pub(super) joined: &'static RoomsState,
    rooms: ErasedValue<Rooms>,
}

impl RoomsController {
    /// Returns the controller of this connection. The first call subscribes to the effects of the session.
    pub(super) fn from_context() -> Self {
        let mut is_new = false;
        let state = PanelState::get();
        let rooms = *state.rooms.get_or_init(|| {
            is_new = true;
            state.value(Rooms::default())
        });
        let controller = Self {
            auth: context::<Auth>(),
            connection: context::<Connection>(),
            language: context::<Language>(),
            log: context::<LogState>(),
            messages: context::<Messages>(),
            dispatcher: context::<Dispatcher>(),
            joined: context::<RoomsState>(),
            rooms,
        };
        if is_new {
            controller.start();
        }
        controller
    }

    /// Adds the rooms that were joined before the panels opened, and requests their presence.
    fn start(self) {
        let joined_rooms = self.joined.joined();
        self.change(|rooms| {
            rooms.client = self.auth.welcome().map(|welcome| welcome.client.clone());
            rooms.user = self.auth.user();
            for room in &joined_rooms {
                rooms.room(room);
            }
        });
        self.dispatcher.observe(move |effect| self.rooms.update_value(|rooms| rooms.apply(effect)));
        for room in joined_rooms {
            self.request_presence(room);
        }
    }

    /// Reads the rooms, tracked.
    pub(super) fn read<T>(self, read: impl FnOnce(&Rooms) -> T) -> T {
        self.log.read(|_| self.rooms.with_value(read))
    }

    /// Reads the selected room, tracked; `None` if there is none.
    pub(super) fn selected<T>(self, read: impl FnOnce(&Room) -> T) -> Option<T> {
        self.read(|rooms| rooms.selected().map(read))
    }

    /// Returns the strings of this panel, tracked.
    pub(super) fn strings(self) -> &'static RoomStrings {
        RoomStrings::of(self.language.lang.get())
    }

    /// Returns a string of this panel that follows the language.
    pub(super) fn label(self, string: fn(&RoomStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }

    /// Joins a room and selects it.
    pub(super) fn join(self, room: RoomName) {
        self.change(|rooms| {
            rooms.rejection = None;
            rooms.room(&room);
        });
        self.joined.join(room.clone());
        self.select(room);
    }

    /// Leaves a room.
    pub(super) fn leave(self, room: &RoomName) {
        if self.messages.recipient.get_untracked() == Some(Destination::Room(room.clone())) {
            self.messages.recipient.set(None);
        }
        self.joined.leave(room.clone());
        self.log.touch();
    }

    /// Selects a room, also as the recipient. The lobby needs no recipient if the server broadcasts plain messages.
    pub(super) fn select(self, room: RoomName) {
        self.change(|rooms| rooms.select(&room));
        let is_default = room.as_str() == LOBBY && self.is_broadcast();
        self.messages.recipient.set((!is_default).then_some(Destination::Room(room.clone())));
        if self.rooms.with_value(|rooms| rooms.selected().is_some_and(|room| room.is_joined)) {
            self.request_presence(room);
        }
    }

    /// Returns whether plain messages go to the lobby.
    pub(super) fn is_broadcast(self) -> bool {
        self.auth.is_broadcast()
    }

    /// Requests the page of history before the oldest known message.
    pub(super) fn load_history(self) {
        let selected = self.rooms.with_value(|rooms| rooms.selected().map(|room| room.name.clone()));
        let Some(room) = selected else { return };
        let listed = untrack(|| self.log.read(|log| first_offset(log, &room)));
        let mut before = None;
        self.change(|rooms| {
            let room = rooms.room(&room);
            room.mark_listed(listed);
            before = room.oldest_known();
        });
        let id = self.joined.next_request();
        // The request may fail at once.
        self.change(|rooms| rooms.history_requested(id, &room));
        self.joined.send_request(id, Verb::History(HistoryRequest { room, before, limit: Some(PAGE_SIZE) }));
    }

    /// Returns the error of the last request; empty if there is none.
    pub(super) fn error_text(self) -> String {
        let strings = self.strings();
        self.read(|rooms| rooms.rejection.as_ref().map(|(room, reply)| strings.error(room, reply))).unwrap_or_default()
    }

    /// Requests the members of a room.
    fn request_presence(self, room: RoomName) {
        self.joined.request(Verb::Presence(RoomRequest { room }));
    }

    fn change(self, change: impl FnOnce(&mut Rooms)) {
        self.rooms.update_value(change);
        self.log.touch();
    }
}

impl RoomStrings {
    /// Returns the message about a failed request.
    fn error(&self, room: &RoomName, reply: &ErrorReply) -> String {
        let text = match reply.code {
            ErrorCode::Forbidden => self.forbidden,
            ErrorCode::Limit => self.limit_reached,
            _ => self.request_failed,
        };
        crate::i18n::fill(text, &[("room", room), ("reason", &reply.message)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn room() -> RoomName {
        RoomName::new("a").unwrap()
    }

    #[test]
    fn describes_a_failed_request() {
        let error = |code: &str| {
            let reply = format!(r#"{{"code":"{code}","message":"the server's message","retry":false}}"#);
            RoomStrings::of(Lang::En).error(&room(), &serde_json::from_str(&reply).unwrap())
        };
        assert_eq!(error("forbidden"), "Permission denied in #a.");
        assert_eq!(error("limit"), "Limit reached in #a: the server's message.");
        assert_eq!(error("bad_request"), "Request for #a failed: the server's message.");
    }
}
