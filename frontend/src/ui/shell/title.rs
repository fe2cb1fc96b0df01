//! What came while nobody looked at the end of the list: how many messages, in the title of the tab,
//! and from which row on. While the tab is hidden no frame is drawn, so it is looked at by the clock.

use crate::{
    model::log::EntryId,
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{ListState, LogState, context},
};
use gloo_timers::callback::Interval;
use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};

/// How often the title of a hidden tab is brought up to date, in milliseconds: browsers allow no more.
const PERIOD_MS: u32 = 1_000;

/// Keeps the title.
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
        // Who scrolled up and is back at the end has seen it; who opens the tab again has not yet.
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

/// A handle: copies are the same title.
#[derive(Clone, Copy)]
struct Title {
    list: &'static ListState,
    log: &'static LogState,
    /// Without a count.
    base: ErasedValue<String>,
    /// The count of messages when somebody looked last; `None` while somebody does.
    unseen_since: ErasedValue<Option<u64>>,
}

impl Title {
    /// Somebody looks at the end of the list, or does not.
    fn set_seen(self, seen: bool) {
        let (received, pushed) = self.counts();
        if seen {
            self.unseen_since.set_value(None);
            // Nothing came: what comes now is seen.
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
        untrack(|| self.log.read(|log| (log.received, log.rows.pushed())))
    }
}
