//! The whole state of the page.

use super::{
    Auth, Connection, Dialer, Dispatcher, Language, Layout, ListState, LogState, Messages, Persistence, RoomsState,
};
use crate::{i18n::Lang, model::address::Origin};
use leptos::prelude::{expect_context, provide_context};
use yodel_client::Effect;

/// All parts of the state. They live as long as the page.
pub struct PageState {
    /// Identity and tokens.
    pub auth: &'static Auth,
    /// State, address and mode of the connection.
    pub connection: &'static Connection,
    /// Connecting and disconnecting.
    pub dialer: &'static Dialer,
    /// Events for the session.
    pub dispatcher: &'static Dispatcher,
    /// Language of the page.
    pub language: &'static Language,
    /// Panels and dialogs that are open.
    pub layout: &'static Layout,
    /// Selection and scrolling of the list.
    pub list: &'static ListState,
    /// The message log.
    pub log: &'static LogState,
    /// Messages of the user.
    pub messages: &'static Messages,
    /// Persistence of the log and the draft.
    pub persistence: &'static Persistence,
    /// Joined rooms.
    pub rooms: &'static RoomsState,
}

/// A part of the state that is available from the context.
pub trait StatePart: 'static {
    /// Returns the part of the page's state that this is.
    fn of(page: &PageState) -> &'static Self;
}

macro_rules! parts {
    ($($part:ident: $type:ty)*) => {
        $(impl StatePart for $type {
            fn of(page: &PageState) -> &'static Self {
                page.$part
            }
        })*
    };
}

parts! {
    auth: Auth
    connection: Connection
    dialer: Dialer
    dispatcher: Dispatcher
    language: Language
    layout: Layout
    list: ListState
    log: LogState
    messages: Messages
    persistence: Persistence
    rooms: RoomsState
}

/// Returns a part of the state from the context. Must be called while views are created, not in event handlers.
pub fn context<T: StatePart>() -> &'static T {
    // One type of context serves all parts, because each type adds some hundred bytes to the download.
    T::of(expect_context::<&'static PageState>())
}

impl PageState {
    /// Creates the state of an empty page from this origin.
    pub fn new(origin: Origin, lang: Lang) -> &'static Self {
        let (dispatcher, layout, log) = (Dispatcher::new(), Layout::new(), LogState::new());
        let (auth, connection, rooms) = (Auth::new(), Connection::new(origin), RoomsState::new(dispatcher));
        let list = ListState::new(log, layout);
        let language = Language::new(lang);
        let messages = Messages::new(connection, dispatcher, language, list, log);
        let dialer = Dialer::new(auth, connection, dispatcher, layout, messages, rooms);
        let persistence = Persistence::new(language, layout, log);
        Box::leak(Box::new(Self {
            auth,
            connection,
            dialer,
            dispatcher,
            language,
            layout,
            list,
            log,
            messages,
            persistence,
            rooms,
        }))
    }

    /// Provides the parts of the state as context.
    pub fn provide(&'static self) {
        provide_context(self);
    }

    /// Applies an effect of the session.
    pub fn apply(&self, effect: &Effect) {
        match effect {
            Effect::State(state) => return self.connection.state.set(state.clone()),
            Effect::Welcome(welcome) => self.auth.set_welcome(welcome),
            Effect::Authenticated { user, .. } => self.auth.set_user(user.clone()),
            Effect::Joined { room, .. } => self.rooms.set_joined(room, true),
            Effect::Left { room, .. } => self.rooms.set_joined(room, false),
            _ => {}
        }
        self.log.apply(effect);
        self.dispatcher.notify(effect);
        self.log.touch();
    }
}
