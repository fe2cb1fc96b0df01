//! Decoration of the rows in the list while Tools is open: milliseconds, the time since the row before, pin and note,
//! and the actions on the row under the pointer.

use super::row_actions::{RowActions, editable_text, is_sent};
use crate::{
    i18n::rows::RowStrings,
    model::log::EntryId,
    reactive::listen_to_window,
    reactive::view::{DynamicView, Text, dynamic_view, text},
    state::{RowEntry, RowPart},
    ui::widgets::button,
};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// Selects a string.
type StringOf = fn(&RowStrings) -> &'static str;

/// Rows of the list.
const ROW: &str = "#divShow > li";
/// Attribute with the entry of a row, on an element in it.
const ENTRY: &str = "data-entry";
/// Largest number of characters of a note in a row.
const MAX_NOTE_CHARS: usize = 40;

/// Decorates the rows until the panels are closed.
pub fn decorate(actions: RowActions) {
    actions.list.decoration.set(Some(Rc::new(move |part, entry| match part {
        RowPart::Time => milliseconds(actions, entry),
        RowPart::End => end(actions, entry),
    })));
    listen_to_window("pointerover", move |event| {
        let entry = entry_at(&event);
        if actions.state.hovered.get_untracked() != entry {
            actions.state.hovered.set(entry);
        }
    });
    on_cleanup(move || {
        actions.list.decoration.set(None);
        actions.state.hovered.set(None);
    });
}

/// Returns the entry of the row in which an event occurred.
fn entry_at(event: &Event) -> Option<EntryId> {
    let row = event.target()?.dyn_into::<Element>().ok()?.closest(ROW).ok()??;
    let marked = row.query_selector(&format!("[{ENTRY}]")).ok()??;
    marked.get_attribute(ENTRY)?.parse().ok().map(EntryId)
}

fn milliseconds(actions: RowActions, entry: RowEntry) -> AnyView {
    let ms = text(move || {
        let at_ms = actions.log.entry(entry()).map_or(0, |entry| entry.at_ms);
        format!(".{:03}", at_ms % 1_000)
    });
    view! { <span class="ms">{ms}</span> }.into_any()
}

fn end(actions: RowActions, entry: RowEntry) -> AnyView {
    let (marked, since, row) = (entry.clone(), entry.clone(), entry.clone());
    let since = text(move || {
        let since = actions.since_previous(since());
        since.map_or_else(String::new, |ms| format!("+{}", actions.elapsed(ms)))
    });
    let buttons = dynamic_view(move || {
        let id = entry();
        (actions.state.hovered.get() == Some(id)).then(|| buttons(actions, id))
    });
    view! {
        <span class="row-end" data-entry=text(move || row().0.to_string())>
            {marks(actions, marked)}
            <span class="since" aria-hidden="true">{since}</span>
            {buttons}
        </span>
    }
    .into_any()
}

/// Returns the pin and the start of the note of a row; empty for most rows.
fn marks(actions: RowActions, entry: RowEntry) -> DynamicView {
    dynamic_view(move || {
        let id = entry();
        actions.state.annotated.track();
        let annotation = actions.log.peek(|log| log.entries.annotations.get(id).cloned())?;
        let pin = annotation.is_pinned.then(|| {
            view! {
                <span aria-hidden="true">"★"</span>
                <span class="sr-only">{actions.label(|strings| strings.pinned_mark)}</span>
            }
            .into_any()
        });
        let note: String = annotation.note.chars().take(MAX_NOTE_CHARS).collect();
        Some(view! { <span class="row-mark" title=annotation.note>{pin} {note}</span> }.into_any())
    })
}

/// Returns the buttons of a row. They are for the pointer: the inspector has the same ones, and shortcuts.
fn buttons(actions: RowActions, id: EntryId) -> AnyView {
    let row = actions.log.entry(id);
    let small = |string: StringOf, action: fn(RowActions, EntryId)| {
        button("btn-small", actions.label(string), move || action(actions, id))
    };
    let resend = row.as_ref().is_some_and(is_sent).then(|| small(|strings| strings.resend, RowActions::resend));
    let edit = row.as_ref().and_then(editable_text).map(|_| small(|strings| strings.edit, RowActions::edit));
    let pin = button("btn-small", pin_label(actions, id), move || actions.toggle_pin(id));
    let compare = button("btn-small", compare_label(actions, id), move || actions.compare(id));
    let status = text(move || match actions.state.status.get() {
        Some((entry, status)) if entry == id => status(actions.strings()),
        _ => "",
    });
    view! {
        <span class="row-actions" aria-live="off">
            <span aria-hidden="true">{status}</span>
            {small(|strings| strings.copy, RowActions::copy)}
            {resend}
            {edit}
            {pin}
            {compare}
        </span>
    }
    .into_any()
}

/// Returns the label of the button that pins a row or removes its pin.
pub fn pin_label(actions: RowActions, id: EntryId) -> Text {
    text(move || {
        actions.state.annotated.track();
        let strings = actions.strings();
        if actions.is_pinned(id) { strings.unpin } else { strings.pin }
    })
}

/// Returns the label of the button that compares a row.
pub fn compare_label(actions: RowActions, id: EntryId) -> Text {
    text(move || {
        let strings = actions.strings();
        let is_other = actions.state.compared.get().is_some_and(|chosen| chosen != id);
        if is_other { strings.compare_with } else { strings.compare }
    })
}
