//! Following of the end of the list: new rows stay in view until the user scrolls away or selects text.

use super::list::List;
use crate::{platform::dom::has_selection_in, reactive::listen_to_document};
use leptos::prelude::untrack;
use web_sys::HtmlElement;

impl List {
    /// Handles a scroll event, of the user or of [`update_layout`](Self::update_layout).
    pub fn scrolled(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let (before, viewport) = (self.state.top.get_value(), self.measure(&scroller));
        self.state.top.set_value(viewport.top);
        let following = self.state.follow.get_untracked();
        let follows = viewport.follows(scroller.scroll_height(), before, following);
        if follows && following {
            return; // The page itself scrolled to the end: the rendered rows stay the same.
        }
        self.viewport.set(viewport);
        if follows {
            self.state.follow.set(true);
        } else {
            self.stop_following();
        }
    }

    /// Handles the end of a touch: at the end of the list it follows again.
    pub(super) fn touch_ended(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if self.measure(&scroller).to_end(scroller.scroll_height()) <= 1 {
            self.state.follow.set(true);
        }
    }

    /// Stops following the end, unless all rows fit on the screen.
    pub(super) fn stop_following(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if self.state.follow.get_untracked() && scroller.scroll_height() > scroller.client_height() {
            self.stay(&scroller);
        }
    }

    /// Stops following the end when text of the rows is selected, because the next rows would move or remove the
    /// selected ones. With the same selection, the user can make the list follow again. Returns whether text is
    /// selected.
    pub(super) fn hold_selection(self) -> bool {
        let (Some(scroller), Some(rows)) = (self.scroller.get_untracked(), self.rows.get_untracked()) else {
            return false;
        };
        let holds = self.has_selection.get_value() && has_selection_in(&rows);
        if !holds {
            self.held.set_value(false);
            return false;
        }
        let moves = self.state.follow.get_untracked()
            && self.viewport.get_untracked().content(untrack(|| self.row_count())) > scroller.client_height();
        if moves && !self.held.get_value() {
            self.held.set_value(true);
            self.stay(&scroller);
        }
        true
    }

    /// Looks for selected text at each change of the selection. Asking the browser for its selection forces a layout,
    /// which each frame with new rows would pay for.
    pub(super) fn follow_selection(self) {
        listen_to_document("selectionchange", move || {
            self.has_selection.set_value(self.rows.get_untracked().is_some_and(|rows| has_selection_in(&rows)));
        });
    }

    fn stay(self, scroller: &HtmlElement) {
        self.state.left_at.set(self.shown.get_value());
        let viewport = self.measure(scroller);
        self.state.top.set_value(viewport.top);
        self.viewport.set(viewport);
        self.state.follow.set(false);
    }
}
