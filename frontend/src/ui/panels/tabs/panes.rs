//! The two panes of the split view: which one is active, and the ids of their elements.

use crate::{
    platform::dom::element,
    reactive::{effect, listen_to_window},
    state::Workspace,
    ui::focus::{LIST, MESSAGE_FIELD},
};
use leptos::{
    leptos_dom::helpers::queue_microtask,
    prelude::{document, request_animation_frame},
};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The second pane.
const SECOND: &str = ".pane";
/// The elements of the first pane.
const FIRST: &str = ".status, .list, .composer";
/// Condition of an element in the second pane.
const IN_SECOND: &str = ":is(.pane *)";
/// Condition of an element elsewhere.
const IN_FIRST: &str = ":not(.pane *)";
/// Id of the error of the message field.
const HINT: &str = "hint";
/// Attribute of the message field with the id of its error.
const DESCRIBED_BY: &str = "aria-describedby";
/// Id of the root of the page.
const ROOT: &str = "app";
/// Attribute of the root with the active pane.
const ACTIVE_PANE: &str = "data-split";
/// Ids of elements that each pane has. Those of the active pane have these ids, so that shortcuts and Tools find them;
/// in the other pane a suffix makes them unique.
const IDS: [&str; 5] = [LIST, "divShow", HINT, MESSAGE_FIELD, "btnSend"];
/// The suffix.
const SUFFIX: &str = "-other";

/// Makes the connection of the pane active that a press or the focus reaches.
pub(super) fn follow_focus(workspace: &'static Workspace) {
    for name in ["focusin", "pointerdown"] {
        listen_to_window(name, move |event| {
            let Some(split) = workspace.split.get_untracked() else { return };
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let is_in =
                |selector| target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|it| it.is_some()));
            if is_in(SECOND) {
                workspace.activate(split);
            } else if let (true, Some(shown)) = (is_in(FIRST), workspace.shown.get_untracked()) {
                workspace.activate(shown);
            }
        });
    }
    effect(move || {
        let (shown, split, active) = (workspace.shown.get(), workspace.split.get(), workspace.active.get());
        let _ = shown;
        let second_is_active = split.is_some_and(|split| active.is_some_and(|active| std::ptr::eq(active, split)));
        mark_active(split.is_some(), second_is_active);
        // The elements of another connection are created by effects of the same change.
        queue_microtask(move || name_elements(second_is_active));
        request_animation_frame(move || name_elements(second_is_active));
    });
}

/// Shows which pane is active, and that there are two.
fn mark_active(is_split: bool, second_is_active: bool) {
    let Some(root) = element::<Element>(ROOT) else { return };
    let _ = if is_split {
        root.set_attribute(ACTIVE_PANE, if second_is_active { "second" } else { "first" })
    } else {
        root.remove_attribute(ACTIVE_PANE)
    };
}

/// Gives the elements of the active pane their ids, and those of the other pane different ones.
fn name_elements(second_is_active: bool) {
    for (place, is_active) in [(IN_SECOND, second_is_active), (IN_FIRST, !second_is_active)] {
        for id in IDS {
            let other = [id, SUFFIX].concat();
            let Ok(Some(element)) = document().query_selector(&format!(":is(#{id}, #{other}){place}")) else {
                continue;
            };
            element.set_id(if is_active { id } else { &other });
            if element.has_attribute(DESCRIBED_BY) {
                let hint = if is_active { HINT.to_owned() } else { [HINT, SUFFIX].concat() };
                let _ = element.set_attribute(DESCRIBED_BY, &hint);
            }
        }
    }
}
