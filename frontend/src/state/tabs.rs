//! Actions on several connections: open, select, close, show two of them, and restore them after a reload. Only the
//! panels call them, so that they are downloaded with the panels.

use super::{
    PageState, Workspace,
    connection::is_active_state,
    dialer::CHOSEN,
    persistence::{DRAFT, HISTORY, LOG},
    rooms::ROOMS,
    workspace::{ACTIVE, RECORD, TABS, is},
};
use crate::{
    model::{TabRecord, address::ProtocolChoice, log::Log},
    platform::storage::StorageArea,
};
use gloo_timers::callback::Timeout;

/// Maximum number of open connections.
pub const MAX_TABS: usize = 8;
/// Storage name of the suffix of the connection in the second pane.
const SPLIT: &str = "yodel.split";
/// Time after which the signals of a closed connection are dropped, in milliseconds: its views and the requests of its
/// panels end before. Its sockets, timers, observers and log are dropped at once.
const RELEASE_DELAY_MS: u32 = 30_000;

/// [`MAX_TABS`] connections are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyTabs;

impl Workspace {
    /// Opens a connection to a [resolved](super::Connection::resolve) address in a tab of its own, and selects it.
    ///
    /// # Errors
    /// Returns [`TooManyTabs`], and changes nothing, if there are [`MAX_TABS`].
    pub fn open(&'static self, url: String, protocol: ProtocolChoice) -> Result<&'static PageState, TooManyTabs> {
        let page = self.add()?;
        self.select(page);
        page.dialer.connect_with(url, protocol);
        Ok(page)
    }

    /// Opens a tab with an open address field, and selects it. In the split view it gets the first pane, which has that
    /// field.
    ///
    /// # Errors
    /// Returns [`TooManyTabs`], and changes nothing, if there are [`MAX_TABS`].
    pub fn open_unconnected(&'static self) -> Result<&'static PageState, TooManyTabs> {
        let page = self.add()?;
        page.connection.edit();
        self.show(Some(page));
        self.activate(page);
        Ok(page)
    }

    /// Shows a connection in the active pane, or moves to the other pane if that shows it.
    pub fn select(&self, page: &'static PageState) {
        let in_second = is(self.split.get_untracked(), page);
        if !in_second && !is(self.shown.get_untracked(), page) {
            let second_is_active =
                self.split.get_untracked().is_some_and(|split| is(self.active.get_untracked(), split));
            if second_is_active {
                self.split.set(Some(page));
            } else {
                self.show(Some(page));
            }
        }
        self.activate(page);
    }

    /// Selects the connection `by` positions after the active one, from the last one on again the first.
    pub fn select_next(&self, by: isize) {
        let next = self.tabs.with_untracked(|tabs| {
            let active = self.active.get_untracked();
            let index = tabs.iter().position(|page| is(active, page))?;
            tabs.get(index.checked_add_signed(by).unwrap_or(tabs.len() - 1)).or(tabs.first()).copied()
        });
        if let Some(page) = next {
            self.select(page);
        }
    }

    /// Makes a connection on the screen the active one.
    pub fn activate(&self, page: &'static PageState) {
        if !is(self.active.get_untracked(), page) {
            self.active.set(Some(page));
        }
    }

    /// Shows the connection after the active one in a second pane, or ends the split view.
    pub fn toggle_split(&self) {
        if self.split.get_untracked().is_some() {
            // The active connection stays on the screen.
            let active = self.active.get_untracked();
            self.split.set(None);
            return self.show(active);
        }
        let other = self.tabs.with_untracked(|tabs| {
            let shown = self.shown.get_untracked();
            let index = tabs.iter().position(|page| is(shown, page))?;
            tabs.get(index + 1).or_else(|| tabs.get(index.checked_sub(1)?)).copied()
        });
        self.split.set(other);
    }

    /// Closes a connection and drops what belongs to it. The last one stays.
    pub fn close(&self, page: &'static PageState) {
        let Some(index) = self.index(page).filter(|_| self.tabs.with_untracked(Vec::len) > 1) else { return };
        let mut neighbor = None;
        self.tabs.update(|tabs| {
            tabs.remove(index);
            neighbor = tabs.get(index).or(tabs.last()).copied();
        });
        self.leave_panes(page, neighbor);
        page.dispatcher.end();
        page.persistence.end();
        page.list.cleared.set(Vec::new());
        page.log.update(|log| *log = Log::default());
        forget(&page.suffix);
        let owner = page.owner.clone();
        Timeout::new(RELEASE_DELAY_MS, move || owner.cleanup()).forget();
    }

    /// Removes a connection from the panes. The other pane takes over, else its neighbor in the list of tabs.
    fn leave_panes(&self, page: &PageState, neighbor: Option<&'static PageState>) {
        let (shown, split) = (self.shown.get_untracked(), self.split.get_untracked());
        if is(shown, page) {
            self.split.set(None);
            self.show(split.or(neighbor));
        } else if is(split, page) || self.tabs.with_untracked(Vec::len) < 2 {
            self.split.set(None);
        }
        if let (true, Some(shown)) = (is(self.active.get_untracked(), page), self.shown.get_untracked()) {
            self.activate(shown);
        }
    }

    /// Shows a connection in the first pane. The address of the page names it, for links and reloads.
    fn show(&self, page: Option<&'static PageState>) {
        if let Some(page) = page.filter(|page| !is(self.shown.get_untracked(), page)) {
            self.shown.set(Some(page));
            page.dialer.show_link();
        }
    }

    /// Stores the open connections, tracked. Nothing is stored of a single one.
    pub fn store(&self) {
        let suffix_of = |page: Option<&PageState>| page.map(|page| page.suffix.clone()).unwrap_or_default();
        let area = StorageArea::Session;
        self.tabs.with(|tabs| {
            let is_single = tabs.len() < 2;
            for page in tabs {
                let connection = page.connection;
                let is_dialed = connection.state.with(is_active_state);
                let record = TabRecord::new(&connection.url.get(), is_dialed, connection.protocol.get());
                save_or_remove(&page.persistence.name(RECORD), &record.to_texts(), is_single);
            }
            let suffixes: Vec<_> = tabs.iter().map(|page| page.suffix.clone()).collect();
            save_or_remove(TABS, &suffixes, is_single);
            match self.split.get() {
                Some(page) => drop(area.set_text(SPLIT, &page.suffix)),
                None => area.remove(SPLIT),
            }
            // The panes are restored from the connection in the first one.
            match suffix_of(self.shown.get()) {
                suffix if suffix.is_empty() => area.remove(ACTIVE),
                suffix => drop(area.set_text(ACTIVE, &suffix)),
            }
            // The connection in the second pane may have put its address there.
            if let Some(shown) = self.shown.get().filter(|_| !is_single) {
                shown.dialer.show_link();
            }
        });
    }

    /// Opens the connections that were open before the reload, beside the one that the page has opened.
    pub fn restore(&'static self) {
        let stored = StorageArea::Session.load_texts(TABS);
        let Some(first) = self.tabs.with_untracked(|tabs| tabs.first().copied()) else { return };
        if !stored.contains(&first.suffix) {
            return;
        }
        let mut tabs = Vec::new();
        for suffix in stored.into_iter().take(MAX_TABS) {
            tabs.push(if suffix == first.suffix { first } else { self.restore_one(suffix) });
        }
        let split = StorageArea::Session.text(SPLIT);
        let split =
            tabs.iter().find(|page| Some(&page.suffix) == split.as_ref() && !std::ptr::eq(**page, first)).copied();
        self.tabs.set(tabs);
        self.split.set(split);
    }

    fn restore_one(&'static self, suffix: String) -> &'static PageState {
        let page = PageState::in_workspace(self, suffix);
        self.opened(page);
        if let Some(record) = page.record() {
            page.dialer.resume(record);
        }
        page.messages.resume(&page.persistence.restore());
        page
    }

    fn add(&'static self) -> Result<&'static PageState, TooManyTabs> {
        let suffix = self.tabs.with_untracked(|tabs| {
            let is_free = |suffix: &String| tabs.iter().all(|page| page.suffix != *suffix);
            (2..=MAX_TABS + 1).map(|number| format!(".{number}")).find(is_free).filter(|_| tabs.len() < MAX_TABS)
        });
        let page = PageState::in_workspace(self, suffix.ok_or(TooManyTabs)?);
        self.opened(page);
        self.tabs.update(|tabs| tabs.push(page));
        Ok(page)
    }

    fn index(&self, page: &PageState) -> Option<usize> {
        self.tabs.with_untracked(|tabs| tabs.iter().position(|tab| std::ptr::eq(*tab, page)))
    }
}

fn save_or_remove(name: &str, texts: &[String], remove: bool) {
    if remove {
        StorageArea::Session.remove(name);
    } else {
        StorageArea::Session.save_texts(name, texts);
    }
}

/// Removes what a connection has stored, because another one may get its names.
fn forget(suffix: &str) {
    let area = StorageArea::Session;
    for part in [LOG, DRAFT, HISTORY, RECORD, CHOSEN] {
        area.remove(&[part, suffix].concat());
    }
    let rooms = [ROOMS, suffix, " "].concat();
    area.names().iter().filter(|name| name.starts_with(&rooms)).for_each(|name| area.remove(name));
}
