//! Counts unseen messages in the title of the tab, and marks the first unseen row. Hidden tabs have no animation
//! frames, so a timer updates the title there.

use crate::{
    model::log::EntryId,
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{ListState, LogState, context},
};
use gloo_timers::callback::Interval;
use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};

/// Interval of the updates in a hidden tab, in milliseconds; browsers clamp shorter ones.
const PERIOD_MS: u32 = 1_000;

/// Updates the title from now on.
pub fn update_title() {
    let list = context::<ListState>();
    let log = context::<LogState>();
    let title = Title { list, log, base: ErasedValue::new(document().title()), unseen_since: ErasedValue::new(None) };
    let timer = ErasedValue::new(None::<Interval>);
    let hidden = ErasedSignal::new(document().hidden());
    window_event_listener_untyped("visibilitychange", move |_| {
        hidden.set(document().hidden());
        timer.set_value(document().hidden().then(|| Interval::new(PERIOD_MS, move || title.show())));
    });
    let mut followed = true;
    effect(move || {
        let (is_hidden, follow) = (hidden.get(), list.follow.get());
        // A user who scrolls back to the end has seen the new rows; one who returns to the tab has not.
        if follow && !followed {
            list.unseen_from.set(None);
        }
        title.set_seen(follow && !is_hidden);
        followed = follow;
    });
    effect(move || {
        log.read(|_| ());
        title.show();
    });
}

/// State of the title. A handle: copies refer to the same title.
#[derive(Clone, Copy)]
struct Title {
    list: &'static ListState,
    log: &'static LogState,
    /// The title without a count.
    base: ErasedValue<String>,
    /// Number of received messages when the end of the list was last in view; `None` while it is.
    unseen_since: ErasedValue<Option<u64>>,
}

impl Title {
    /// Sets whether the end of the list is in view.
    fn set_seen(self, seen: bool) {
        let (received, pushed) = self.counts();
        if seen {
            self.unseen_since.set_value(None);
            // No row arrived in between, so no row is unseen.
            if self.list.unseen_from.get_untracked() > Some(EntryId(pushed)) {
                self.list.unseen_from.set(None);
            }
        } else if self.unseen_since.get_value().is_none() {
            self.unseen_since.set_value(Some(received));
            self.list.unseen_from.set(Some(EntryId(pushed + 1)));
        }
        self.show();
    }

    fn show(self) {
        let new = self.unseen_since.get_value().map_or(0, |left| self.counts().0 - left);
        let base = self.base.get_value();
        document().set_title(&if new == 0 { base } else { format!("({new}) {base}") });
    }

    fn counts(self) -> (u64, u64) {
        untrack(|| self.log.read(|log| (log.received, log.entries.pushed())))
    }
}
