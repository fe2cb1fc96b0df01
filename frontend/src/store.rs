//! What is seen, as signals, and what a person can do. It knows no socket: what a person does
//! goes to whoever [`drives`](Store::drive) it, and what comes of it is [`applied`](Store::apply).

use crate::{
    address::{Origin, Speak, Start},
    browser::{self, Keep},
    i18n::{Lang, Strings},
    log::{Journal, Row, RowId},
    view::{Text, text},
};
use client::{BadUrl, Effect, Event, MessageId, Secret, State, Stopped};
use leptos::prelude::*;
use protocol::frame::Welcome;
use std::{ops::Deref, rc::Rc, sync::Arc};

/// Where the chosen language is stored.
const LANG: &str = "yodel.lang";

/// Who carries out what a person does.
pub trait Drive {
    /// Something happens to the session.
    fn step(&self, event: Event);

    /// Bytes that the socket has not written yet.
    fn buffered(&self) -> u64 {
        0
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
    /// What is in the address field while it is open.
    pub editing: RwSignal<Option<String>>,
    /// The language of the page.
    pub lang: RwSignal<Lang>,
    /// The list stays at its end.
    pub follow: RwSignal<bool>,
    /// Too many rows come to read each of them out.
    pub quiet: RwSignal<bool>,
    /// Everything beyond the first screen is shown.
    pub tools: RwSignal<bool>,
    /// The row that is looked into.
    pub selected: RwSignal<Option<RowId>>,
    /// Changes at most once per frame, whatever happens to the rows and the counts.
    frame: RwSignal<u64>,
    journal: StoredValue<Journal, LocalStorage>,
    frame_asked: StoredValue<bool, LocalStorage>,
    drive: StoredValue<Option<Rc<dyn Drive>>, LocalStorage>,
    observers: StoredValue<Vec<Observer>, LocalStorage>,
    token: StoredValue<Option<String>>,
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
            editing: RwSignal::new(None),
            lang: RwSignal::new(lang),
            follow: RwSignal::new(true),
            quiet: RwSignal::new(false),
            tools: RwSignal::new(false),
            selected: RwSignal::new(None),
            frame: RwSignal::new(0),
            journal: StoredValue::new_local(Journal::default()),
            frame_asked: StoredValue::new_local(false),
            drive: StoredValue::new_local(None),
            observers: StoredValue::new_local(Vec::new()),
            token: StoredValue::new(None),
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

    // What a person does.

    /// Begins: dials the own server, or asks first when a link names another one.
    pub fn start(self, asked: Option<&str>) {
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
        self.tools.set(true);
    }

    /// Says who one is, now and whenever a server asks; `None` forgets it. It is kept in memory alone.
    pub fn log_in(self, token: Option<String>) {
        self.token.set_value(token);
        self.give_token();
    }

    /// Asks the server for something; [`Effect::Reply`] is the answer.
    pub fn request(self, id: MessageId, verb: protocol::Verb) {
        self.act(Event::Request { id, verb });
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
        let id = self.journal.try_update_value(|journal| journal.write(browser::now_ms(), text));
        let Some(id) = id else { return false };
        self.act(Event::Send { id, text: text.to_owned() });
        let taken = self.journal.with_value(|journal| journal.rows.get(RowId(id.0)).is_some());
        if taken {
            self.follow.set(true);
        }
        self.touch();
        taken
    }

    /// Sends a message that was given up once more, as a new one.
    pub fn send_again(self, row: RowId, text: &str) {
        if self.send(text) {
            self.delete(row);
        }
    }

    /// Takes a message of one's own out; one that waits is not sent.
    pub fn delete(self, row: RowId) {
        let gone = self.journal.try_update_value(|journal| journal.rows.remove(row)).flatten();
        if gone.is_some_and(|row| row.is_waiting()) {
            self.act(Event::Delete(MessageId(row.0)));
        }
        self.touch();
    }

    /// Takes all rows out, except messages that wait. The counts stay.
    pub fn clear(self) {
        self.journal.update_value(|journal| journal.rows.clear());
        self.follow.set(true);
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
            Effect::Welcome(welcome) => self.welcome.set_value(Some(Arc::new((**welcome).clone()))),
            Effect::TokenWanted => self.give_token(),
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

    /// What the server said of itself on the last connection.
    pub fn welcome(self) -> Option<Arc<Welcome>> {
        self.welcome.get_value()
    }

    /// Bytes that the socket has not written yet.
    pub fn buffered(self) -> u64 {
        self.driver().map_or(0, |drive| drive.buffered())
    }

    /// The rows at these places, for drawing.
    pub fn rows(self, places: std::ops::Range<usize>) -> Vec<Row> {
        self.journal.with_value(|journal| journal.rows.range(places).cloned().collect())
    }

    fn dial(self, url: String) {
        if url != self.url.get_untracked() {
            self.give_up_waiting();
        }
        self.foreign.set(None);
        self.editing.set(None);
        self.url.set(url.clone());
        let mode = self.origin.with_value(|origin| origin.mode(&url, &self.speak.get_untracked()));
        self.act(Event::Connect { url, mode });
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

    /// Rows or counts changed: they are drawn at the next animation frame.
    fn touch(self) {
        if !self.frame_asked.try_update_value(|asked| std::mem::replace(asked, true)).unwrap_or(true) {
            request_animation_frame(move || {
                self.frame_asked.set_value(false);
                self.frame.update(|frame| *frame += 1);
            });
        }
    }
}
