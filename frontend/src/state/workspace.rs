//! The connections of the page: one, or several as tabs, of which two can be shown side by side. The actions that need
//! more than one are in [`tabs`](super::tabs), which only the panels call.

use super::{Language, Layout, LogState, PageState};
use crate::{
    model::{ServerTokens, address::Origin},
    platform::storage::StorageArea,
    reactive::{ErasedSignal, ErasedValue},
};
use leptos::reactive::owner::Owner;

/// Storage name of the suffix of the active connection, see [`PageState::suffix`].
pub(super) const ACTIVE: &str = "yodel.tab";
/// Storage name of the suffixes of all connections; nothing is stored under it while there is only one.
pub(super) const TABS: &str = "yodel.tabs";
/// Start of the storage names of the connections, see [`TabRecord`](crate::model::TabRecord).
pub(super) const RECORD: &str = "yodel.connection";

/// Function that is called for each connection.
type OnOpen = Box<dyn Fn(&'static PageState)>;

/// The connections of the page, and the state that they share.
pub struct Workspace {
    /// Language of the page.
    pub(super) language: &'static Language,
    /// Panels and dialogs that are open.
    pub(super) layout: &'static Layout,
    /// Origin of the page.
    pub(super) origin: Origin,
    /// The tokens that were entered since the page was loaded.
    pub(super) tokens: ErasedValue<ServerTokens>,
    /// The logs that changed since the last frame.
    pub(super) changed_logs: ErasedValue<Vec<&'static LogState>>,
    /// Owner of the signals that live as long as the page.
    pub(super) owner: Owner,
    /// The open connections, in the order of their tabs.
    pub tabs: ErasedSignal<Vec<&'static PageState>>,
    /// The connection on the screen; in the split view, of its first pane.
    pub shown: ErasedSignal<Option<&'static PageState>>,
    /// The connection in the second pane of the split view.
    pub split: ErasedSignal<Option<&'static PageState>>,
    /// The connection that Tools and the shortcuts act on: that of the pane that had the focus last.
    pub active: ErasedSignal<Option<&'static PageState>>,
    on_open: ErasedValue<Vec<OnOpen>>,
}

impl Workspace {
    /// Creates a workspace without a connection.
    pub(super) fn new(origin: Origin, language: &'static Language) -> &'static Self {
        Box::leak(Box::new(Self {
            language,
            layout: Layout::new(),
            origin,
            tokens: ErasedValue::new(ServerTokens::default()),
            changed_logs: ErasedValue::new(Vec::new()),
            owner: Owner::current().unwrap_or_default(),
            tabs: ErasedSignal::default(),
            shown: ErasedSignal::new(None),
            split: ErasedSignal::new(None),
            active: ErasedSignal::new(None),
            on_open: ErasedValue::new(Vec::new()),
        }))
    }

    /// Calls a function for each open connection, and for each that is opened later. Its effects and listeners end when
    /// the connection is closed.
    pub fn on_open(&self, action: impl Fn(&'static PageState) + 'static) {
        let action: OnOpen = Box::new(action);
        self.tabs.with_untracked(|tabs| tabs.iter().for_each(|page| page.owner.with(|| action(page))));
        self.on_open.update_value(|actions| actions.push(action));
    }

    /// Returns whether there were several connections before the reload.
    pub fn is_stored(&self) -> bool {
        StorageArea::Session.text(TABS).is_some()
    }

    /// Calls the functions of [`Self::on_open`] for a new connection.
    pub(super) fn opened(&self, page: &'static PageState) {
        self.on_open.with_value(|actions| page.owner.with(|| actions.iter().for_each(|action| action(page))));
    }

    /// Returns whether a connection is on the screen, tracked.
    pub fn is_visible(&self, page: &PageState) -> bool {
        is(self.shown.get(), page) || is(self.split.get(), page)
    }
}

/// Returns whether two connections are the same.
pub(super) fn is(some: Option<&PageState>, page: &PageState) -> bool {
    some.is_some_and(|some| std::ptr::eq(some, page))
}
