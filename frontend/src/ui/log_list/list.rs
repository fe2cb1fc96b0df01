//! Which rows are on the screen, and whether the list follows its end.

use super::{
    layout::{after_render, measure, observe_size, set_geometry},
    row::on_button,
    row_pool::{RowPool, Slot},
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
    pub fn visible_slots(self) -> Vec<Slot> {
        let first = self.state.unseen_from.get();
        let rows = self.log.rows(self.visible_range());
        self.slots.try_update_value(|slots| slots.assign(&rows, first)).unwrap_or_default()
    }

    /// Their visible_range.
    fn visible_range(self) -> Range<usize> {
        self.current_view().rows(self.row_count())
    }

    /// How many rows there are to show.
    fn row_count(self) -> usize {
        self.log.read(|log| log.shown.len(&log.rows))
    }

    /// How many there ever were.
    fn total_rows(self) -> u64 {
        self.log.read(|log| log.shown.ever(&log.rows))
    }

    /// Rows that came since it stopped following.
    pub fn unseen(self) -> u64 {
        if self.state.follow.get() {
            return 0;
        }
        self.total_rows().saturating_sub(self.left_at.get())
    }

    /// New rows are read out where they are looked at, unless there are too many.
    pub fn live(self) -> &'static str {
        if self.state.follow.get() && !self.state.quiet.get() { "polite" } else { "off" }
    }

    /// A person goes up: the list is_kept there, unless there is nowhere to go.
    pub fn stop_following(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if self.state.follow.get_untracked() && scroller.scroll_height() > scroller.client_height() {
            self.left_at.set(untrack(|| self.total_rows()));
            let view = measure(&scroller);
            self.top.set_value(view.top);
            self.view.set(view);
            self.state.follow.set(false);
        }
    }

    /// The browser has scrolled it, for a person or for [`update_layout`](Self::update_layout).
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
            self.stop_following();
        }
    }

    /// A finger is touch_ended. Where the list is at its end, it moved nothing.
    pub fn touch_ended(self) {
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
            return self.stop_following();
        }
        let by = match key.as_str() {
            "k" | "ArrowUp" => -1,
            "j" => 1,
            "ArrowDown" if event.alt_key() => 1,
            "Enter" if !on_button(event) => 0,
            _ => return,
        };
        event.prevent_default();
        let View { top, height } = untrack(|| self.current_view());
        self.state.inspect_next(by, window::place(top + height));
        if by == 0 {
            focus(INSPECTOR);
        }
    }

    /// The row that is looked into comes onto the screen.
    fn reveal(self) {
        let Some(row) = self.state.selected.get() else { return };
        let view = untrack(|| self.current_view());
        let place = untrack(|| self.log.read(|log| log.shown.place(&log.rows, row)));
        let Some(top) = view.reveal(place) else { return };
        self.stop_following();
        if let Some(scroller) = self.scroller.get_untracked() {
            scroller.set_scroll_top(top);
        }
    }

    /// What is visible_slots of the list.
    fn current_view(self) -> View {
        let view = self.view.get();
        if self.state.follow.get() { view.at_end(self.row_count()) } else { view }
    }

    /// Height, set_geometry above, and the end, with each frame in which something changed.
    pub fn update_layout(self) {
        self.scroller.on_load(move |scroller| {
            let watched = scroller.clone();
            observe_size(&watched, move || self.view.set(measure(&scroller)));
        });
        effect(move || self.reveal());
        effect(move || {
            let (count, shifted) = self.log.read(|log| (log.shown.len(&log.rows), log.shown.shifted(&log.rows)));
            let moved = shifted - self.shifted.get_value();
            self.shifted.set_value(shifted);
            let (Some(scroller), Some(rows)) = (self.scroller.get(), self.rows.get()) else { return };
            let view = self.view.get();
            if self.state.follow.get() {
                let end = view.at_end(count);
                self.top.set_value(end.top);
                set_geometry(&rows, count, end);
                let follow = self.state.follow;
                after_render(move || follow.get_untracked().then(|| scroller.set_scroll_top(i32::MAX)));
            } else {
                set_geometry(&rows, count, view);
                if moved != 0 {
                    scroller.set_scroll_top(view.top - window::offset(moved));
                }
            }
        });
    }
}
