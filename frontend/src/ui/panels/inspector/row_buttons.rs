//! The actions on the selected row, and its note.

use super::{reader::is_json, selected_row::Inspector};
use crate::{
    i18n::rows::RowStrings,
    model::log::EntryId,
    reactive::view::{DynamicView, Text, click_handler, dynamic_view, text},
    reactive::{ErasedMemo, ErasedSignal, effect},
    ui::{
        panels::rows::{
            RowActions, compare_label,
            content::Content,
            copy_save::save,
            pin_label,
            row_actions::{editable_text, is_sent},
        },
        widgets::{Field, button},
    },
};
use leptos::prelude::*;

impl Inspector {
    /// Returns the buttons. Those of a message of the user or of a text depend on the row.
    pub(super) fn row_buttons(self) -> AnyView {
        let rows = self.rows;
        let selected = move || rows.list.selected.get().unwrap_or(EntryId(0));
        let kinds = ErasedMemo::new(move || {
            let row = rows.list.selected.get().and_then(|id| rows.log.entry(id));
            row.map(|row| (is_sent(&row), editable_text(&row).is_some())).unwrap_or_default()
        });
        let one =
            move |string: fn(&RowStrings) -> &'static str, key, action| self.action(rows.label(string), key, action);
        let resend: DynamicView =
            dynamic_view(move || kinds.get().0.then(|| one(|strings| strings.resend, "R", RowActions::resend)));
        let edit: DynamicView =
            dynamic_view(move || kinds.get().1.then(|| one(|strings| strings.edit, "E", RowActions::edit)));
        view! {
            <div class="actions">
                {one(|strings| strings.copy, "C", RowActions::copy)}
                {edit}
                {resend}
                {self.action(text(move || pin_label(rows, selected())()), "P", RowActions::toggle_pin)}
                {self.action(text(move || compare_label(rows, selected())()), "D", RowActions::compare)}
                {button("btn", self.label(|strings| strings.save), move || self.save())}
            </div>
        }
        .into_any()
    }

    /// Returns the field with the note of the row.
    pub(super) fn note_field(self) -> AnyView {
        let rows = self.rows;
        let typed = ErasedSignal::<String>::default();
        effect(move || {
            let selected = rows.list.selected.get();
            let note = selected.and_then(|id| {
                rows.log.peek(|log| log.entries.annotations.get(id).map(|annotation| annotation.note.clone()))
            });
            typed.set(note.unwrap_or_default());
        });
        let change = move |note: String| {
            if let Some(id) = rows.list.selected.get_untracked() {
                rows.set_note(id, &note);
            }
            typed.set(note);
        };
        let field = Field {
            id: "txtNote",
            kind: "text",
            label: rows.label(|strings| strings.note),
            value: text(move || typed.get()),
            change: Box::new(change),
        };
        view! {
            {field.view()}
            <p class="muted">{rows.label(|strings| strings.note_hint)}</p>
        }
        .into_any()
    }

    /// Returns a button for the selected row with its key.
    fn action(self, label: Text, key: &'static str, action: fn(RowActions, EntryId)) -> AnyView {
        let rows = self.rows;
        let title = label.clone();
        let act = move || {
            if let Some(id) = rows.list.selected.get_untracked() {
                action(rows, id);
            }
        };
        view! {
            <button
                type="button"
                class="btn"
                aria-keyshortcuts=key
                title=text(move || format!("{} ({key})", title()))
                on:click=click_handler(act)
            >
                {label}
            </button>
        }
        .into_any()
    }

    fn save(self) {
        let Some(row) = self.row() else { return };
        let content = Content::of_row(&row, untrack(|| self.rows.language.strings()));
        let is_json = matches!(&content, Content::Text(text) if is_json(text));
        save(&row, &content, is_json);
    }
}
