//! What is seen, as signals, and what a person can do. It knows no socket: what a person does
//! goes to whoever [`drives`](Store::drive) it, and what comes of it is [`applied`](Store::apply).
//!
//! | idea | file |
//! |---|---|
//! | which connection there is to be | `connecting` |
//! | who carries it out | `drive` |
//! | who a person is | `identity` |
//! | rooms that are heard | `rooms` |
//! | what is sent, and to whom | `sending` |
//! | rows | `rows` |

mod connecting;
mod drive;
mod identity;
mod rooms;
mod rows;
mod sending;

pub use drive::Drive;

use crate::{
    address::{Origin, Speak},
    browser::{self, Keep},
    i18n::{Lang, Strings},
    log::{Destination, Journal, RowId},
    reactive::{RwSignal, StoredValue},
    view::{Mark, Text, text},
};
use leptos::prelude::*;
use rooms::{ASKED, ROOMS};
use std::{any::Any, ops::Deref, rc::Rc, sync::Arc};
use yodel_client::{Effect, Event, Mode, State};
use yodel_protocol::{RoomName, UserId, frame::Welcome};

/// Where the chosen language is stored.
const LANG: &str = "yodel.lang";

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
    pub mark: RwSignal<Option<Mark>>,
    /// Changes at most once per frame, whatever happens to the rows and the counts.
    frame: RwSignal<u64>,
    journal: StoredValue<Journal>,
    frame_asked: StoredValue<bool>,
    drive: StoredValue<Option<Rc<dyn Drive>>>,
    observers: StoredValue<Vec<Observer>>,
    token: StoredValue<Option<String>>,
    user: StoredValue<Option<UserId>>,
    rooms: StoredValue<Vec<RoomName>>,
    asked: StoredValue<u64>,
    kept: StoredValue<Vec<&'static dyn Any>>,
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
            mark: RwSignal::new(None),
            frame: RwSignal::new(0),
            journal: StoredValue::new(Journal::default()),
            frame_asked: StoredValue::new(false),
            drive: StoredValue::new(None),
            observers: StoredValue::new(Vec::new()),
            token: StoredValue::new(None),
            user: StoredValue::new(None),
            rooms: StoredValue::new(Keep::Visit.load(ROOMS).unwrap_or_default()),
            asked: StoredValue::new(ASKED),
            kept: StoredValue::new(Vec::new()),
            server: StoredValue::new(String::new()),
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

    /// Opens or closes everything beyond the first screen.
    pub fn toggle_tools(self) {
        self.tools.update(|open| *open = !*open);
    }

    /// Switches to the other language and keeps the choice.
    pub fn switch_language(self) {
        let lang = self.lang.get_untracked().other();
        Keep::Always.save(LANG, &lang);
        self.lang.set(lang);
    }

    /// The words of the page.
    pub fn words(self) -> &'static Strings {
        self.lang.get().strings()
    }

    /// One of the words of the page.
    pub fn say(self, word: fn(&Strings) -> &'static str) -> Text {
        text(move || word(self.words()))
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
