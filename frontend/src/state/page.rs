//! The whole state of one connection, with the parts that all connections share.

use super::{
    Auth, Connection, Dialer, Dispatcher, Language, Layout, ListState, LogState, Messages, Persistence, RoomsState,
    Workspace,
    workspace::{ACTIVE, RECORD},
};
use crate::{
    i18n::Lang,
    model::{TabRecord, address::Origin},
    platform::storage::StorageArea,
};
use leptos::{
    prelude::{expect_context, provide_context},
    reactive::owner::Owner,
};
use yodel_client::Effect;

/// All parts of the state of a connection. The structs live as long as the page, their signals until the connection is
/// closed.
pub struct PageState {
    /// Owner of the signals, effects and listeners of the connection.
    pub owner: Owner,
    /// End of the storage names of what the connection stores for a reload: empty, `.2`, `.3` and so on.
    pub suffix: String,
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
    /// The connections of the page.
    pub workspace: &'static Workspace,
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
    workspace: Workspace
}

/// Returns a part of the state from the context. Must be called while views are created, not in event handlers.
pub fn context<T: StatePart>() -> &'static T {
    // One type of context serves all parts, because each type adds some hundred bytes to the download.
    T::of(expect_context::<&'static PageState>())
}

impl PageState {
    /// Creates the state of a page from this origin with one connection: after a reload, the one that was active before.
    pub fn new(origin: Origin, lang: Lang) -> &'static Self {
        let workspace = Workspace::new(origin, Language::new(lang));
        let page = Self::in_workspace(workspace, StorageArea::Session.text(ACTIVE).unwrap_or_default());
        workspace.tabs.update(|tabs| tabs.push(page));
        workspace.shown.set(Some(page));
        workspace.active.set(Some(page));
        page
    }

    /// Creates the state of another connection.
    pub(super) fn in_workspace(workspace: &'static Workspace, suffix: String) -> &'static Self {
        let owner = workspace.owner.child();
        owner.clone().with(|| Self::owned(owner, workspace, suffix))
    }

    fn owned(owner: Owner, workspace: &'static Workspace, suffix: String) -> &'static Self {
        let (language, layout) = (workspace.language, workspace.layout);
        let (dispatcher, log) = (Dispatcher::new(), LogState::new(workspace.changed_logs));
        let (auth, connection) = (Auth::new(workspace.tokens), Connection::new(workspace.origin.clone()));
        let rooms = RoomsState::new(dispatcher, suffix.clone());
        let list = ListState::new(log, layout);
        let messages = Messages::new(connection, dispatcher, language, list, log);
        let dialer = Dialer::new(auth, connection, dispatcher, layout, messages, rooms, &suffix);
        let persistence = Persistence::new(language, layout, log, messages, suffix.clone());
        Box::leak(Box::new(Self {
            owner,
            suffix,
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
            workspace,
        }))
    }

    /// Returns what was stored of this connection before the reload, if there were several.
    pub fn record(&self) -> Option<TabRecord> {
        TabRecord::from_texts(StorageArea::Session.load_texts(&self.persistence.name(RECORD)))
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
