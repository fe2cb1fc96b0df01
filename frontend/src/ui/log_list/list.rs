//! State of the message list: the visible rows, their place, and the keys that select them.

use super::{
    layout::{after_render, listen_passively, measure, observe_size, set_geometry},
    row::on_button,
    row_pool::{RowPool, Slot},
};
use crate::{
    model::window::Viewport,
    platform::dom::focus,
    reactive::{ElementRef, ErasedSignal, ErasedValue, effect},
    state::{ListState, LogState, context},
    ui::focus::INSPECTOR,
};
use leptos::{ev::KeyboardEvent, prelude::*};
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, WheelEvent};

/// State of the list. A handle: copies refer to the same list.
#[derive(Clone, Copy)]
pub struct List {
    /// The log whose entries are shown.
    pub log: &'static LogState,
    /// Selection and scrolling.
    pub state: &'static ListState,
    /// The element that scrolls.
    pub scroller: ElementRef,
    /// The element that is as high as all rows.
    pub rows: ElementRef,
    pub(super) viewport: ErasedSignal<Viewport>,
    /// Value of [`total_rows`](Self::total_rows) when the end of the list was last shown.
    pub(super) shown: ErasedValue<u64>,
    /// `true` if the list stopped following because of the text that is selected.
    pub(super) held: ErasedValue<bool>,
    /// `true` if text of the rows was selected at the last change of the selection.
    pub(super) has_selection: ErasedValue<bool>,
    slots: ErasedValue<RowPool>,
}

impl List {
    /// Creates a list at the position of its last view.
    pub fn new() -> Self {
        let state = context::<ListState>();
        Self {
            log: context::<LogState>(),
            state,
            scroller: ElementRef::default(),
            rows: ElementRef::default(),
            viewport: state.viewport,
            shown: ErasedValue::new(0),
            held: ErasedValue::new(false),
            has_selection: ErasedValue::new(false),
            slots: ErasedValue::new(RowPool::default()),
        }
    }

    /// Returns a slot for each row that is rendered, tracked.
    pub fn visible_slots(self) -> Vec<Slot> {
        let holds_selection = self.hold_selection();
        let first = self.state.unseen_from.get();
        let rows = self.log.entries(self.visible_range());
        self.slots.try_update_value(|slots| slots.assign(&rows, first, !holds_selection)).unwrap_or_default()
    }

    /// Returns the indices of the rows that are rendered, tracked.
    fn visible_range(self) -> Range<usize> {
        self.current_viewport().rows(self.row_count())
    }

    /// Returns the number of rows that match the filter, tracked.
    pub(super) fn row_count(self) -> usize {
        self.log.read(|log| log.filter.len(&log.entries))
    }

    /// Returns the number of rows that ever matched the filter, removed ones included, tracked.
    fn total_rows(self) -> u64 {
        self.log.read(|log| log.filter.total(&log.entries))
    }

    /// Returns the number of rows that were added since the list stopped following.
    pub fn unseen(self) -> u64 {
        if self.state.follow.get() {
            return 0;
        }
        self.total_rows().saturating_sub(self.state.left_at.get())
    }

    /// Returns the value of `aria-live`: new rows are announced while the list follows its end and few arrive.
    pub fn live(self) -> &'static str {
        if self.state.follow.get() && !self.state.announce_counts.get() { "polite" } else { "off" }
    }

    /// Handles the keys that select rows; the others scroll.
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
        self.state.inspect_next(by, untrack(|| self.current_viewport()).end());
        if by == 0 {
            focus(INSPECTOR);
        }
    }

    /// Scrolls the selected row into view.
    fn reveal(self) {
        let Some(row) = self.state.selected.get() else { return };
        let viewport = untrack(|| self.current_viewport());
        let index = untrack(|| self.log.read(|log| log.filter.lower_bound(&log.entries, row)));
        let Some(top) = viewport.reveal(index) else { return };
        self.stop_following();
        if let Some(scroller) = self.scroller.get_untracked() {
            scroller.set_scroll_top(top);
        }
    }

    /// Keeps the first visible row in place when the font size changes.
    fn resize_rows(self) {
        let row = self.state.row_height.get();
        let Some(scroller) = self.scroller.get_untracked() else { return };
        // A new view has the position of the last one.
        if self.viewport.get_untracked().row == row {
            return;
        }
        let viewport = measure(&scroller, self.viewport.get_untracked().row).with_row(row);
        self.viewport.set(viewport);
        // A list that follows its end scrolls there.
        if !self.state.follow.get_untracked() {
            self.state.top.set_value(viewport.top);
            after_render(move || scroller.set_scroll_top(viewport.top));
        }
    }

    pub(super) fn measure(self, scroller: &HtmlElement) -> Viewport {
        measure(scroller, self.state.row_height.get_untracked())
    }

    /// Returns the visible part of the list, tracked.
    fn current_viewport(self) -> Viewport {
        let viewport = self.viewport.get();
        if self.state.follow.get() { viewport.at_end(self.row_count()) } else { viewport }
    }

    /// Updates height, padding and scroll position in each frame in which the rows or the size changed.
    pub fn update_layout(self) {
        self.scroller.on_load(move |scroller| {
            listen_passively(&scroller, "wheel", move |event| {
                if event.unchecked_ref::<WheelEvent>().delta_y() < 0.0 {
                    self.stop_following();
                }
            });
            listen_passively(&scroller, "touchmove", move |_| self.stop_following());
            listen_passively(&scroller, "touchend", move |_| self.touch_ended());
            let watched = scroller.clone();
            observe_size(&watched, move || self.viewport.set(self.measure(&scroller)));
        });
        self.follow_selection();
        let mut before = Some(self.state.selected.get_untracked());
        effect(move || {
            // A row that was selected before this view is where the user left it.
            if before.take() != Some(self.state.selected.get()) {
                self.reveal();
            }
        });
        effect(move || self.resize_rows());
        let mut is_placed = false;
        effect(move || {
            let (count, shifted) =
                self.log.read(|log| (log.filter.len(&log.entries), log.filter.shifted(&log.entries)));
            let moved = shifted - self.state.shifted.get_value();
            self.state.shifted.set_value(shifted);
            self.hold_selection();
            let (Some(scroller), Some(rows)) = (self.scroller.get(), self.rows.get()) else { return };
            let viewport = self.viewport.get();
            let was_placed = std::mem::replace(&mut is_placed, true);
            if self.state.follow.get() {
                self.shown.set_value(untrack(|| self.total_rows()));
                let end = viewport.at_end(count);
                self.state.top.set_value(end.top);
                set_geometry(&rows, count, end);
                let follow = self.state.follow;
                after_render(move || follow.get_untracked().then(|| scroller.set_scroll_top(i32::MAX)));
            } else {
                set_geometry(&rows, count, viewport);
                if moved != 0 || !was_placed {
                    scroller.set_scroll_top(viewport.top - viewport.offset(moved));
                }
            }
        });
    }
}
