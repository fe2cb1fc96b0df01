//! Counts unseen messages in the title of the tab, and marks the first unseen row. Hidden tabs have no animation
//! frames, so a timer updates the title there.

use crate::{
    model::log::EntryId,
    reactive::{ErasedSignal, ErasedValue, effect, listen_to_window},
    state::PageState,
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;

/// Interval of the updates in a hidden tab, in milliseconds; browsers clamp shorter ones.
const PERIOD_MS: u32 = 1_000;

/// Updates the title from now on with the messages of this connection.
pub fn update_title(page: &'static PageState, base: &str) {
    let title = Title { page, base: ErasedValue::new(base.to_owned()) };
    let timer = ErasedValue::new(None::<Interval>);
    let hidden = ErasedSignal::new(document().hidden());
    listen_to_window("visibilitychange", move |_| {
        hidden.set(document().hidden());
        timer.set_value(document().hidden().then(|| Interval::new(PERIOD_MS, move || title.show())));
    });
    let mut followed = true;
    effect(move || {
        let (is_hidden, follow) = (hidden.get() || !page.workspace.is_visible(page), page.list.follow.get());
        // A user who scrolls back to the end has seen the new rows; one who returns to the tab has not.
        if follow && !followed {
            page.list.unseen_from.set(None);
        }
        title.set_seen(follow && !is_hidden);
        followed = follow;
    });
    effect(move || {
        page.log.read(|_| ());
        page.workspace.tabs.track();
        title.show();
    });
}

/// State of the title. A handle: copies refer to the same title.
#[derive(Clone, Copy)]
struct Title {
    page: &'static PageState,
    /// The title without a count.
    base: ErasedValue<String>,
}

impl Title {
    /// Sets whether the end of the list is in view.
    fn set_seen(self, seen: bool) {
        let list = self.page.list;
        let (received, pushed) = self.page.log.peek(|log| (log.received, log.entries.pushed()));
        if seen {
            list.unseen_since.set(None);
            // No row arrived in between, so no row is unseen.
            if list.unseen_from.get_untracked() > Some(EntryId(pushed)) {
                list.unseen_from.set(None);
            }
        } else if list.unseen_since.get_untracked().is_none() {
            list.unseen_since.set(Some(received));
            list.unseen_from.set(Some(EntryId(pushed + 1)));
        }
        self.show();
    }

    /// Shows the number of unseen messages of all connections.
    fn show(self) {
        let new: u64 = self.page.workspace.tabs.with_untracked(|tabs| tabs.iter().map(|page| page.list.unseen()).sum());
        let base = self.base.get_value();
        document().set_title(&if new == 0 { base } else { format!("({new}) {base}") });
    }
}
