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

mod auth;
mod connection;
mod log;
mod messages;
pub mod persistence;
mod rooms;
mod transport;

pub use transport::Transport;

use crate::{
    i18n::{Lang, Strings},
    model::address::{Origin, Speak},
    model::{
        Destination,
        log::{EntryId, Log},
    },
    platform::browser::{self, Keep},
    reactive::view::{Mark, Text, text},
    reactive::{ErasedSignal, ErasedValue},
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
    pub state: ErasedSignal<State>,
    /// Where it goes, or would go.
    pub url: ErasedSignal<String>,
    /// Another server that a link asks for.
    pub foreign: ErasedSignal<Option<String>>,
    /// What to speak there.
    pub speak: ErasedSignal<Speak>,
    /// What is spoken there.
    pub mode: ErasedSignal<Mode>,
    /// Who gets what is sent next; `None`: what the server's path does with a text.
    pub to: ErasedSignal<Option<Destination>>,
    /// The first row that came while nobody looked at the end of the list.
    pub unseen_from: ErasedSignal<Option<EntryId>>,
    /// What is in the address field while it is open.
    pub editing: ErasedSignal<Option<String>>,
    /// The language of the page.
    pub lang: ErasedSignal<Lang>,
    /// The list stays at its end.
    pub follow: ErasedSignal<bool>,
    /// Too many rows come to read each of them out.
    pub quiet: ErasedSignal<bool>,
    /// The message field is tall: Enter begins a new line there, Ctrl+Enter sends.
    pub tall: ErasedSignal<bool>,
    /// Everything beyond the first screen is shown.
    pub tools: ErasedSignal<bool>,
    /// What is shown for a while.
    pub extra: ErasedSignal<Option<Extra>>,
    /// The row that is looked into.
    pub selected: ErasedSignal<Option<EntryId>>,
    /// How the text of a row shows what was looked for.
    pub mark: ErasedSignal<Option<Mark>>,
    /// Changes at most once per frame, whatever happens to the rows and the counts.
    frame: ErasedSignal<u64>,
    journal: ErasedValue<Log>,
    frame_asked: ErasedValue<bool>,
    drive: ErasedValue<Option<Rc<dyn Transport>>>,
    observers: ErasedValue<Vec<Observer>>,
    token: ErasedValue<Option<String>>,
    user: ErasedValue<Option<UserId>>,
    rooms: ErasedValue<Vec<RoomName>>,
    asked: ErasedValue<u64>,
    kept: ErasedValue<Vec<&'static dyn Any>>,
    server: ErasedValue<String>,
    welcome: ErasedValue<Option<Arc<Welcome>>>,
    origin: ErasedValue<Origin>,
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
            state: ErasedSignal::new(State::Idle),
            url: ErasedSignal::new(origin.home()),
            foreign: ErasedSignal::new(None),
            speak: ErasedSignal::default(),
            mode: ErasedSignal::new(Mode::Plain),
            to: ErasedSignal::new(None),
            unseen_from: ErasedSignal::new(None),
            editing: ErasedSignal::new(None),
            lang: ErasedSignal::new(lang),
            follow: ErasedSignal::new(true),
            quiet: ErasedSignal::new(false),
            tall: ErasedSignal::new(false),
            tools: ErasedSignal::new(false),
            extra: ErasedSignal::new(None),
            selected: ErasedSignal::new(None),
            mark: ErasedSignal::new(None),
            frame: ErasedSignal::new(0),
            journal: ErasedValue::new(Log::default()),
            frame_asked: ErasedValue::new(false),
            drive: ErasedValue::new(None),
            observers: ErasedValue::new(Vec::new()),
            token: ErasedValue::new(None),
            user: ErasedValue::new(None),
            rooms: ErasedValue::new(Keep::Visit.load(ROOMS).unwrap_or_default()),
            asked: ErasedValue::new(ASKED),
            kept: ErasedValue::new(Vec::new()),
            server: ErasedValue::new(String::new()),
            welcome: ErasedValue::new(None),
            origin: ErasedValue::new(origin),
        })))
    }

    /// The language to start with.
    pub fn first_language() -> Lang {
        Lang::choose(browser::query("lang").as_deref(), Keep::Always.load(LANG), browser::languages())
    }

    /// Who carries out what a person does.
    pub fn drive(self, drive: impl Transport + 'static) {
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

    fn driver(self) -> Option<Rc<dyn Transport>> {
        self.drive.get_value()
    }

    /// Something that is [read](Self::read) changed: it is drawn at the next animation frame.
    pub fn touch(self) {
        if !self.frame_asked.try_update_value(|asked| std::mem::replace(asked, true)).unwrap_or(true) {
            request_animation_frame(move || {
                self.frame_asked.set_value(false);
                self.journal.update_value(|Log { rows, shown, .. }| shown.forget_oldest(rows));
                self.frame.update(|frame| *frame += 1);
            });
        }
    }
}
