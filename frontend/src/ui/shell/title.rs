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
pub fn keep_title() {
    let list = context::<ListState>();
    let log = context::<LogState>();
    let title = Title { list, log, plain: ErasedValue::new(document().title()), left_at: ErasedValue::new(None) };
    let timer = ErasedValue::new(None::<Interval>);
    let hidden = ErasedSignal::new(document().hidden());
    window_event_listener_untyped("visibilitychange", move |_| {
        hidden.set(document().hidden());
        timer.set_value(document().hidden().then(|| Interval::new(PERIOD_MS, move || title.show())));
    });
    let mut followed = true;
    effect(move || {
        let (away, follow) = (hidden.get(), list.follow.get());
        // Who scrolled up and is back at the end has seen it; who opens the tab again has not yet.
        if follow && !followed {
            list.unseen_from.set(None);
        }
        title.look(follow && !away);
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
    plain: ErasedValue<String>,
    /// The count of messages when somebody looked last; `None` while somebody does.
    left_at: ErasedValue<Option<u64>>,
}

impl Title {
    /// Somebody looks at the end of the list, or does not.
    fn look(self, seen: bool) {
        let (received, pushed) = self.counts();
        if seen {
            self.left_at.set_value(None);
            // Nothing came: what comes now is seen.
            if self.list.unseen_from.get_untracked() > Some(EntryId(pushed)) {
                self.list.unseen_from.set(None);
            }
        } else if self.left_at.get_value().is_none() {
            self.left_at.set_value(Some(received));
            self.list.unseen_from.set(Some(EntryId(pushed + 1)));
        }
        self.show();
    }

    fn show(self) {
        let new = self.left_at.get_value().map_or(0, |left| self.counts().0 - left);
        let plain = self.plain.get_value();
        document().set_title(&if new == 0 { plain } else { format!("({new}) {plain}") });
    }

    fn counts(self) -> (u64, u64) {
        untrack(|| self.log.read(|journal| (journal.received, journal.rows.pushed())))
    }
}
