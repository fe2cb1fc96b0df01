//! The bar above the list: pinned rows, and the result of the last action on a row.

use super::row_actions::RowActions;
use crate::{
    i18n::fill,
    model::{log::EntryId, log::LogEntry},
    platform::dom::focus,
    reactive::ErasedMemo,
    reactive::view::{dynamic_view, text},
    ui::{
        focus::LIST,
        log_list::row_text::{connection_prefix, content},
        widgets::labeled_button,
    },
};
use leptos::prelude::*;

/// Largest number of characters of a row's text on its button.
const MAX_CHARS: usize = 40;

/// Returns the bar. It is empty without pinned rows and without a result.
pub fn pinned_bar(actions: RowActions) -> AnyView {
    let pinned = ErasedMemo::new(move || {
        let strings = actions.language.strings();
        let text = |row: &LogEntry| connection_prefix(strings, &row.body) + &content(strings, &row.body, MAX_CHARS);
        actions.log.read(|log| {
            let pins = log.entries.annotations.all().iter().filter(|annotation| annotation.is_pinned);
            let rows = pins.filter_map(|annotation| log.entries.get(annotation.entry));
            rows.map(|row| (row.id.0, text(row))).collect::<Vec<_>>()
        })
    });
    let list = dynamic_view(move || {
        let items: Vec<_> = pinned.get().into_iter().map(|(id, text)| item(actions, EntryId(id), &text)).collect();
        (!items.is_empty()).then(|| {
            view! {
                <section class="pinned" aria-labelledby="pinned">
                    <h2 id="pinned">{actions.label(|strings| strings.pinned)}</h2>
                    <ul>{items}</ul>
                </section>
            }
            .into_any()
        })
    });
    let status = text(move || match actions.state.status.get() {
        // The message details show the result for their row.
        Some((entry, status)) if actions.list.selected.get() != Some(entry) => status(actions.strings()),
        _ => "",
    });
    view! {
        {list}
        <p class="sr-only" id="rowStatus" role="status">{status}</p>
        <p class="error row-error" id="rowError" role="alert">{text(move || actions.state.error.get())}</p>
    }
    .into_any()
}

fn item(actions: RowActions, id: EntryId, name: &str) -> AnyView {
    let strings = actions.strings();
    let named = |string| fill(string, &[("text", &name)]);
    let shown = name.to_owned();
    let unpin = move || {
        actions.toggle_pin(id);
        focus(LIST);
    };
    view! {
        <li>
            {labeled_button("btn-small", text(move || shown.clone()), named(strings.jump), move || actions.list.inspect(id))}
            {labeled_button("btn-small", text(|| "✕"), named(strings.unpin_label), unpin)}
        </li>
    }
    .into_any()
}
