//! Which rows are on the screen, and whether the list follows its end.

use super::{
    row::on_button,
    row_pool::{RowPool, Slot},
    shape::{measure, space, watch_size, when_drawn},
};
use crate::{
    model::window::{self, View},
    platform::dom::focus,
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{ListState, LogState, context},
    ui::focus::INSPECTOR,
};
use leptos::{
    ev::KeyboardEvent,
    html::{Ol, Section},
    prelude::*,
};
use std::ops::Range;

/// The list's own state. A handle: copies are the same list.
#[derive(Clone, Copy)]
pub struct List {
    /// The log whose entries are shown.
    pub log: &'static LogState,
    /// Selection and scrolling.
    pub state: &'static ListState,
    /// What scrolls.
    pub scroller: NodeRef<Section>,
    /// What is as high as all rows.
    pub rows: NodeRef<Ol>,
    view: ErasedSignal<View>,
    /// How far down it was scrolled last, in pixels.
    top: ErasedValue<i32>,
    /// Number of rows that the filter had let through when the list stopped following.
    left_at: ErasedSignal<u64>,
    slots: ErasedValue<RowPool>,
    /// Places rows have moved since it was drawn last.
    shifted: ErasedValue<isize>,
}

impl List {
    /// A list that follows its end.
    pub fn new() -> Self {
        Self {
            log: context::<LogState>(),
            state: context::<ListState>(),
            scroller: NodeRef::new(),
            rows: NodeRef::new(),
            view: ErasedSignal::default(),
            top: ErasedValue::new(0),
            left_at: ErasedSignal::new(0),
            slots: ErasedValue::new(RowPool::default()),
            shifted: ErasedValue::new(0),
        }
    }

    /// The rows to draw, and where.
    pub fn seen(self) -> Vec<Slot> {
        let first = self.state.unseen_from.get();
        let rows = self.log.rows(self.places());
        self.slots.try_update_value(|slots| slots.fit(&rows, first)).unwrap_or_default()
    }

    /// Their places.
    fn places(self) -> Range<usize> {
        self.drawn().rows(self.count())
    }

    /// How many rows there are to show.
    fn count(self) -> usize {
        self.log.read(|journal| journal.shown.len(&journal.rows))
    }

    /// How many there ever were.
    fn ever(self) -> u64 {
        self.log.read(|journal| journal.shown.total(&journal.rows))
    }

    /// Rows that came since it stopped following.
    pub fn unseen(self) -> u64 {
        if self.state.follow.get() {
            return 0;
        }
        self.ever().saturating_sub(self.left_at.get())
    }

    /// New rows are read out where they are looked at, unless there are too many.
    pub fn live(self) -> &'static str {
        if self.state.follow.get() && !self.state.announce_counts.get() { "polite" } else { "off" }
    }

    /// A person goes up: the list stays there, unless there is nowhere to go.
    pub fn leave(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if self.state.follow.get_untracked() && scroller.scroll_height() > scroller.client_height() {
            self.left_at.set(untrack(|| self.ever()));
            let view = measure(&scroller);
            self.top.set_value(view.top);
            self.view.set(view);
            self.state.follow.set(false);
        }
    }

    /// The browser has scrolled it, for a person or for [`keep_in_shape`](Self::keep_in_shape).
    pub fn scrolled(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let (before, view) = (self.top.get_value(), measure(&scroller));
        self.top.set_value(view.top);
        let following = self.state.follow.get_untracked();
        let follows = view.follows(scroller.scroll_height(), before, following);
        if follows && following {
            return; // No person moved it: nothing else is to be drawn.
        }
        self.view.set(view);
        if follows {
            self.state.follow.set(true);
        } else {
            self.leave();
        }
    }

    /// A finger is lifted. Where the list is at its end, it moved nothing.
    pub fn lifted(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if measure(&scroller).to_end(scroller.scroll_height()) <= 1 {
            self.state.follow.set(true);
        }
    }

    /// Keys that go through the rows; the others scroll.
    pub fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() {
            return;
        }
        let key = event.key();
        if matches!(key.as_str(), "ArrowUp" | "PageUp" | "Home") && !event.alt_key() {
            return self.leave();
        }
        let by = match key.as_str() {
            "k" | "ArrowUp" => -1,
            "j" => 1,
            "ArrowDown" if event.alt_key() => 1,
            "Enter" if !on_button(event) => 0,
            _ => return,
        };
        event.prevent_default();
        let View { top, height } = untrack(|| self.drawn());
        self.state.inspect_next(by, window::place(top + height));
        if by == 0 {
            focus(INSPECTOR);
        }
    }

    /// The row that is looked into comes onto the screen.
    fn reveal(self) {
        let Some(row) = self.state.selected.get() else { return };
        let view = untrack(|| self.drawn());
        let place = untrack(|| self.log.read(|journal| journal.shown.place(&journal.rows, row)));
        let Some(top) = view.reveal(place) else { return };
        self.leave();
        if let Some(scroller) = self.scroller.get_untracked() {
            scroller.set_scroll_top(top);
        }
    }

    /// What is seen of the list.
    fn drawn(self) -> View {
        let view = self.view.get();
        if self.state.follow.get() { view.at_end(self.count()) } else { view }
    }

    /// Height, space above, and the end, with each frame in which something changed.
    pub fn keep_in_shape(self) {
        self.scroller.on_load(move |scroller| {
            let watched = scroller.clone();
            watch_size(&watched, move || self.view.set(measure(&scroller)));
        });
        effect(move || self.reveal());
        effect(move || {
            let (count, shifted) =
                self.log.read(|journal| (journal.shown.len(&journal.rows), journal.shown.shifted(&journal.rows)));
            let moved = shifted - self.shifted.get_value();
            self.shifted.set_value(shifted);
            let (Some(scroller), Some(rows)) = (self.scroller.get(), self.rows.get()) else { return };
            let view = self.view.get();
            if self.state.follow.get() {
                let end = view.at_end(count);
                self.top.set_value(end.top);
                space(&rows, count, end);
                let follow = self.state.follow;
                when_drawn(move || follow.get_untracked().then(|| scroller.set_scroll_top(i32::MAX)));
            } else {
                space(&rows, count, view);
                if moved != 0 {
                    scroller.set_scroll_top(view.top - window::offset(moved));
                }
            }
        });
    }
}
