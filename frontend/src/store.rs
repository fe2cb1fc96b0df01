//! What is seen, as signals, and what a person can do. It knows no socket: what a person does
//! goes to whoever [`drives`](Store::drive) it, and what comes of it is [`applied`](Store::apply).

use crate::{
    address::{self, Origin, Speak, Start},
    browser::{self, Keep},
    i18n::{Lang, Strings},
    log::{Destination, Journal, Row, RowId},
    view::{Mark, Text, text},
};
use client::{BadUrl, Effect, Event, MessageId, Mode, Secret, State, Stopped, session::LOBBY};
use leptos::prelude::*;
use protocol::{RoomName, UserId, frame::Welcome};
use std::{any::Any, ops::Deref, rc::Rc, sync::Arc};

/// Where the chosen language is stored.
const LANG: &str = "yodel.lang";
/// Where the rooms are stored that are heard.
const ROOMS: &str = "yodel.rooms";
/// Names of questions of the page's own begin here, behind those of all rows.
const ASKED: u64 = 1 << 52;
/// Where a token is stored that a person wants to be remembered, with the server it is for.
const TOKEN: &str = "yodel.token";

/// Who carries out what a person does.
pub trait Drive {
    /// Something happens to the session.
    fn step(&self, event: Event);

    /// Bytes that the socket has not written yet.
    fn buffered(&self) -> u64 {
        0
    }

    /// The subprotocol that the server chose.
    fn subprotocol(&self) -> String {
        String::new()
    }

    /// Hands bytes to an open plain socket; `false` when there is none.
    fn send_binary(&self, _bytes: &[u8]) -> bool {
        false
    }
}

impl<F: Fn(Event)> Drive for F {
    fn step(&self, event: Event) {
        self(event);
    }
}

/// What is shown for a while, above everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// Why there is no connection, and what to do.
    Why,
    /// What the keys do.
    Help,
}

type Observer = Box<dyn Fn(&Effect)>;

/// The state of the page. A handle: copies are the same state, which lasts as long as the page.
#[derive(Clone, Copy)]
pub struct Store(&'static Signals);

/// What the page shows, and what it is made of.
pub struct Signals {
    /// Where the connection is.
    pub state: RwSignal<State>,
    /// Where it goes, or would go.
    pub url: RwSignal<String>,
    /// Another server that a link asks for.
    pub foreign: RwSignal<Option<String>>,
    /// What to speak there.
    pub speak: RwSignal<Speak>,
    /// What is spoken there.
    pub mode: RwSignal<Mode>,
    /// Who gets what is sent next; `None`: what the server's path does with a text.
    pub to: RwSignal<Option<Destination>>,
    /// The first row that came while nobody looked at the end of the list.
    pub unseen_from: RwSignal<Option<RowId>>,
    /// What is in the address field while it is open.
    pub editing: RwSignal<Option<String>>,
    /// The language of the page.
    pub lang: RwSignal<Lang>,
    /// The list stays at its end.
    pub follow: RwSignal<bool>,
    /// Too many rows come to read each of them out.
    pub quiet: RwSignal<bool>,
    /// The message field is tall: Enter begins a new line there, Ctrl+Enter sends.
    pub tall: RwSignal<bool>,
    /// Everything beyond the first screen is shown.
    pub tools: RwSignal<bool>,
    /// What is shown for a while.
    pub extra: RwSignal<Option<Extra>>,
    /// The row that is looked into.
    pub selected: RwSignal<Option<RowId>>,
    /// How the text of a row shows what was looked for.
    pub mark: RwSignal<Option<Mark>, LocalStorage>,
    /// Changes at most once per frame, whatever happens to the rows and the counts.
    frame: RwSignal<u64>,
    journal: StoredValue<Journal, LocalStorage>,
    frame_asked: StoredValue<bool, LocalStorage>,
    drive: StoredValue<Option<Rc<dyn Drive>>, LocalStorage>,
    observers: StoredValue<Vec<Observer>, LocalStorage>,
    token: StoredValue<Option<String>>,
    user: StoredValue<Option<UserId>>,
    rooms: StoredValue<Vec<RoomName>>,
    asked: StoredValue<u64>,
    kept: StoredValue<Vec<&'static dyn Any>, LocalStorage>,
    server: StoredValue<String>,
    welcome: StoredValue<Option<Arc<Welcome>>>,
    origin: StoredValue<Origin>,
}

impl Deref for Store {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        self.0
    }
}

impl Store {
    /// An empty page from this place.
    pub fn new(origin: Origin, lang: Lang) -> Self {
        Self(Box::leak(Box::new(Signals {
            state: RwSignal::new(State::Idle),
            url: RwSignal::new(origin.home()),
            foreign: RwSignal::new(None),
            speak: RwSignal::default(),
            mode: RwSignal::new(Mode::Plain),
            to: RwSignal::new(None),
            unseen_from: RwSignal::new(None),
            editing: RwSignal::new(None),
            lang: RwSignal::new(lang),
            follow: RwSignal::new(true),
            quiet: RwSignal::new(false),
            tall: RwSignal::new(false),
            tools: RwSignal::new(false),
            extra: RwSignal::new(None),
            selected: RwSignal::new(None),
            mark: RwSignal::new_local(None),
            frame: RwSignal::new(0),
            journal: StoredValue::new_local(Journal::default()),
            frame_asked: StoredValue::new_local(false),
            drive: StoredValue::new_local(None),
            observers: StoredValue::new_local(Vec::new()),
            token: StoredValue::new(None),
            user: StoredValue::new(None),
            rooms: StoredValue::new(Keep::Visit.load(ROOMS).unwrap_or_default()),
            asked: StoredValue::new(ASKED),
            kept: StoredValue::new_local(Vec::new()),
            server: StoredValue::default(),
            welcome: StoredValue::new(None),
            origin: StoredValue::new(origin),
        })))
    }

    /// The language to start with.
    pub fn first_language() -> Lang {
        Lang::choose(browser::query("lang").as_deref(), Keep::Always.load(LANG), browser::languages())
    }

    /// Who carries out what a person does.
    pub fn drive(self, drive: impl Drive + 'static) {
        self.drive.set_value(Some(Rc::new(drive)));
    }

    /// Who else hears what the session says, from now on.
    pub fn observe(self, observer: impl Fn(&Effect) + 'static) {
        self.observers.update_value(|observers| observers.push(Box::new(observer)));
    }

    /// Something that lasts as long as the page, made when it is asked for the first time.
    pub fn keep<T: 'static>(self, new: impl FnOnce() -> T) -> &'static T {
        let kept = self.kept.with_value(|kept| kept.iter().find_map(|one| one.downcast_ref()));
        kept.unwrap_or_else(|| {
            let made: &'static T = Box::leak(Box::new(new()));
            self.kept.update_value(|kept| kept.push(made));
            made
        })
    }

    // What a person does.

    /// Begins: dials the own server, or asks first when a link names another one.
    pub fn start(self, asked: Option<&str>) {
        self.rooms().into_iter().for_each(|room| self.act(Event::Join(room)));
        match self.origin.with_value(|origin| origin.start(asked)) {
            Start::Dial(url) => self.dial(url),
            Start::Ask(url) => {
                self.editing.set(Some(url.clone()));
                self.foreign.set(Some(url));
            }
            Start::Unusable(text) => {
                self.state.set(State::Stopped(Stopped::BadUrl(BadUrl::Syntax)));
                self.editing.set(Some(text));
            }
        }
    }

    /// Connects to what was typed; `false` when that is no address.
    pub fn connect(self, typed: &str) -> bool {
        let Some(url) = self.origin.with_value(|origin| origin.resolve(typed)) else { return false };
        let link = self.origin.with_value(|origin| origin.remember(&url));
        browser::set_query("url", link.as_deref());
        self.dial(url);
        true
    }

    /// Connects to the address in the status line.
    pub fn connect_again(self) {
        self.dial(self.url.get_untracked());
    }

    /// Opens or closes everything beyond the first screen.
    pub fn toggle_tools(self) {
        self.tools.update(|open| *open = !*open);
    }

    /// Looks into a row.
    pub fn inspect(self, row: RowId) {
        self.selected.set(Some(row));
        if !self.tools.get_untracked() {
            self.tools.set(true);
        }
    }

    /// Looks into the row so many places after the one that is looked into; else into the last one before `end`.
    pub fn inspect_next(self, by: isize, end: usize) {
        let next = self.journal.with_value(|Journal { rows, shown, .. }| {
            let last = shown.len(rows).checked_sub(1)?;
            let place = match self.selected.get_untracked() {
                Some(row) => shown.place(rows, row).saturating_add_signed(by),
                None => end.saturating_sub(1),
            };
            shown.range(rows, place.min(last)..place.min(last) + 1).first().map(|row| row.id)
        });
        if let Some(row) = next {
            self.inspect(row);
        }
    }

    /// Says who one is, now and whenever this server asks; `None` forgets it. It is kept in memory alone.
    pub fn log_in(self, token: Option<String>) {
        self.token.set_value(token);
        self.give_token();
    }

    /// Hears a room, now and on every connection of this visit.
    pub fn join(self, room: RoomName) {
        self.remember_room(&room, true);
        self.act(Event::Join(room));
    }

    /// Hears a room no longer.
    pub fn leave(self, room: RoomName) {
        self.remember_room(&room, false);
        self.act(Event::Leave(room));
    }

    /// The rooms that are heard, or will be.
    pub fn rooms(self) -> Vec<RoomName> {
        self.rooms.get_value()
    }

    /// The token that was given.
    pub fn token(self) -> Option<String> {
        self.token.get_value()
    }

    /// Asks the server for something that is no message; [`Effect::Reply`] to this name is the answer.
    pub fn ask(self, verb: protocol::Verb) -> MessageId {
        self.asked.update_value(|asked| *asked += 1);
        let id = MessageId(self.asked.get_value());
        self.request(id, verb);
        id
    }

    /// Keeps the token of this server for the next visits too; `None` forgets it.
    pub fn remember_token(self, token: Option<&str>) {
        Keep::Always.save(TOKEN, &token.map(|token| (self.server.get_value(), token)));
    }

    /// The token that is kept for this address.
    pub fn remembered_token(url: &str) -> Option<String> {
        let kept = Keep::Always.load::<Option<(String, String)>>(TOKEN).flatten();
        kept.filter(|(server, _)| server == address::server(url)).map(|(_, token)| token)
    }

    /// Asks the server for something; [`Effect::Reply`] is the answer.
    pub fn request(self, id: MessageId, verb: protocol::Verb) {
        self.act(Event::Request { id, verb });
    }

    /// Whether the connection goes to the page's own server.
    pub fn is_own(self) -> bool {
        self.origin.with_value(|origin| self.url.with(|url| origin.owns(url)))
    }

    /// Whether this is an address of the page's own server.
    pub fn owns(self, url: &str) -> bool {
        self.origin.with_value(|origin| origin.owns(url))
    }

    /// What would be dialled for what was typed.
    pub fn resolve(self, typed: &str) -> Option<String> {
        self.origin.with_value(|origin| origin.resolve(typed))
    }

    /// Addresses of the page's own server, to choose from.
    pub fn endpoints(self) -> [String; 3] {
        self.origin.with_value(Origin::endpoints)
    }

    /// Ends the connection and does not dial again.
    pub fn disconnect(self) {
        self.act(Event::Disconnect);
    }

    /// Dials at once.
    pub fn retry_now(self) {
        self.act(Event::RetryNow);
    }

    /// Opens the address field.
    pub fn edit(self) {
        self.editing.set(Some(self.url.get_untracked()));
    }

    /// Sends a message, or keeps it until there is a connection; `false` when too many wait already.
    pub fn send(self, text: &str) -> bool {
        self.send_to(untrack(|| self.destination()), text)
    }

    /// Where a message goes: over a plain connection there is no choice.
    pub fn destination(self) -> Option<Destination> {
        self.to.get().filter(|_| self.mode.get() != Mode::Plain)
    }

    fn send_to(self, to: Option<Destination>, text: &str) -> bool {
        let id = self.journal.try_update_value(|journal| journal.write(browser::now_ms(), text, to.clone()));
        let Some(id) = id else { return false };
        self.act(match to {
            None => Event::Send { id, text: text.to_owned() },
            Some(to) => Event::Request { id, verb: to.verb(text) },
        });
        let taken = self.journal.with_value(|journal| journal.rows.get(RowId(id.0)).is_some());
        if taken {
            self.follow.set(true);
            self.unseen_from.set(None);
        }
        self.touch();
        taken
    }

    /// Sends a message that was given up once more, as a new one to the same destination.
    /// Sends bytes over an open plain connection; `false` when there is none. Their row says this text.
    pub fn send_binary(self, bytes: &[u8], shown: &str) -> bool {
        let sent = self.driver().is_some_and(|drive| drive.send_binary(bytes));
        if sent {
            self.journal.update_value(|journal| journal.wrote(browser::now_ms(), shown, bytes.len()));
            self.touch();
        }
        sent
    }

    /// Sends something in an envelope, with a row that says this text.
    pub fn send_verb(self, verb: protocol::Verb, shown: &str) {
        let id = self.journal.try_update_value(|journal| journal.write(browser::now_ms(), shown, None));
        if let Some(id) = id {
            self.request(id, verb);
            self.touch();
        }
    }

    /// Sends a message that was given up once more, as a new one.
    pub fn send_again(self, row: RowId, text: &str) {
        let to = self.journal.with_value(|journal| journal.rows.get(row).and_then(|row| row.destination().cloned()));
        if self.send_to(to, text) {
            self.delete(row);
        }
    }

    /// Takes a message of one's own out; one that waits is not sent.
    pub fn delete(self, row: RowId) {
        let gone = self.journal.try_update_value(|journal| journal.rows.remove(row)).flatten();
        self.journal.update_value(|Journal { rows, shown, .. }| shown.forget(rows));
        if gone.is_some_and(|row| row.is_waiting()) {
            self.act(Event::Delete(MessageId(row.0)));
        }
        self.touch();
    }

    /// Takes all rows out, except messages that wait. The counts stay.
    pub fn clear(self) {
        self.change(|Journal { rows, shown, .. }| {
            rows.clear();
            shown.forget(rows);
        });
        self.follow.set(true);
    }

    /// Changes the rows, the counts, or which rows are shown.
    pub fn change(self, change: impl FnOnce(&mut Journal)) {
        self.journal.update_value(change);
        self.touch();
    }

    /// Switches to the other language and keeps the choice.
    pub fn switch_language(self) {
        let lang = self.lang.get_untracked().other();
        Keep::Always.save(LANG, &lang);
        self.lang.set(lang);
    }

    // What comes of it.

    /// The session said so.
    pub fn apply(self, effect: &Effect) {
        match effect {
            Effect::State(state) => return self.state.set(state.clone()),
            Effect::Welcome(welcome) => {
                self.user.set_value(welcome.user.clone());
                self.welcome.set_value(Some(Arc::new((**welcome).clone())));
            }
            Effect::LoggedIn { user, .. } => self.user.set_value(user.clone()),
            Effect::TokenWanted => self.give_token(),
            Effect::Joined { room, .. } => self.remember_room(room, true),
            Effect::Left { room, .. } => self.remember_room(room, false),
            _ => {}
        }
        self.journal.update_value(|journal| journal.apply(browser::now_ms(), effect));
        self.observers.with_value(|observers| observers.iter().for_each(|observer| observer(effect)));
        self.touch();
    }

    /// The session has said all it had to say for now.
    pub fn settle(self) {
        self.journal.update_value(Journal::settle);
    }

    /// A text message arrived.
    pub fn receive_text(self, text: &str) {
        self.journal.update_value(|journal| journal.receive_text(browser::now_ms(), text));
        self.touch();
    }

    /// A binary message arrived.
    pub fn receive_binary(self, bytes: Arc<[u8]>) {
        self.journal.update_value(|journal| journal.receive_binary(browser::now_ms(), bytes));
        self.touch();
    }

    // What is seen.

    /// The words of the page.
    pub fn words(self) -> &'static Strings {
        self.lang.get().strings()
    }

    /// One of the words of the page.
    pub fn say(self, word: fn(&Strings) -> &'static str) -> Text {
        text(move || word(self.words()))
    }

    /// Something of the rows and counts; looked at again with each frame in which they changed.
    pub fn read<T>(self, read: impl FnOnce(&Journal) -> T) -> T {
        self.frame.track();
        self.journal.with_value(read)
    }

    /// The same, looked at once.
    pub fn peek<T>(self, read: impl FnOnce(&Journal) -> T) -> T {
        self.journal.with_value(read)
    }

    /// What is spoken with this address.
    pub fn mode(self, url: &str) -> Mode {
        self.origin.with_value(|origin| origin.mode(url, &self.speak.get_untracked()))
    }

    /// Whether messages go as they are, with the address in the status line.
    pub fn is_plain(self) -> bool {
        self.mode(&self.url.get_untracked()) == Mode::Plain
    }

    /// What the server said of itself on the last connection.
    pub fn welcome(self) -> Option<Arc<Welcome>> {
        self.welcome.get_value()
    }

    /// Who one is on the last connection, as far as the server knows.
    pub fn user(self) -> Option<UserId> {
        self.user.get_value()
    }

    /// Bytes that the socket has not written yet.
    pub fn buffered(self) -> u64 {
        self.driver().map_or(0, |drive| drive.buffered())
    }

    /// The shown rows at these places, for drawing.
    /// The subprotocol that the server chose; empty when it chose none.
    pub fn subprotocol(self) -> String {
        self.driver().map_or_else(String::new, |drive| drive.subprotocol())
    }

    /// The rows at these places, for drawing.
    pub fn rows(self, places: std::ops::Range<usize>) -> Vec<Row> {
        self.journal.with_value(|journal| journal.shown.range(&journal.rows, places).into_iter().cloned().collect())
    }

    /// A row as it is now; not looked at again.
    pub fn row(self, row: RowId) -> Option<Row> {
        self.journal.with_value(|journal| journal.rows.get(row).cloned())
    }

    fn dial(self, url: String) {
        if url != self.url.get_untracked() {
            self.give_up_waiting();
            self.to.set(None);
        }
        self.introduce(&url);
        self.foreign.set(None);
        self.editing.set(None);
        self.extra.set(None);
        self.url.set(url.clone());
        let mode = self.origin.with_value(|origin| origin.mode(&url, &self.speak.get_untracked()));
        self.mode.set(mode);
        self.act(Event::Connect { url, mode });
    }

    /// The lobby is not stored: it is heard by itself where there is one.
    fn remember_room(self, room: &RoomName, heard: bool) {
        self.rooms.update_value(|rooms| {
            if heard && !rooms.contains(room) {
                rooms.push(room.clone());
            }
            rooms.retain(|known| heard || known != room);
            let chosen: Vec<_> = rooms.iter().filter(|room| room.as_str() != LOBBY).collect();
            Keep::Visit.save(ROOMS, &chosen);
        });
    }

    /// A token is for one server: another one never gets it.
    fn introduce(self, url: &str) {
        let server = address::server(url);
        if self.server.with_value(|known| known == server) {
            return;
        }
        self.server.set_value(server.to_owned());
        let token = Self::remembered_token(url);
        if token != self.token.get_value() {
            self.log_in(token);
        }
    }

    /// What waits was typed for the address so far: another server must not get it unasked.
    fn give_up_waiting(self) {
        let given_up = self.journal.try_update_value(Journal::give_up_waiting).unwrap_or_default();
        for row in given_up {
            self.act(Event::Delete(MessageId(row.0)));
        }
        self.touch();
    }

    fn give_token(self) {
        self.act(Event::Token(self.token.get_value().map(Secret::new)));
    }

    fn act(self, event: Event) {
        if let Some(drive) = self.driver() {
            drive.step(event);
        }
    }

    fn driver(self) -> Option<Rc<dyn Drive>> {
        self.drive.get_value()
    }

    /// Something that is [read](Self::read) changed: it is drawn at the next animation frame.
    pub fn touch(self) {
        if !self.frame_asked.try_update_value(|asked| std::mem::replace(asked, true)).unwrap_or(true) {
            request_animation_frame(move || {
                self.frame_asked.set_value(false);
                self.journal.update_value(|Journal { rows, shown, .. }| shown.forget_oldest(rows));
                self.frame.update(|frame| *frame += 1);
            });
        }
    }
}
