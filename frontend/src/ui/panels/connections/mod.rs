//! The section of saved connections.
//!
//! | content | file |
//! |---|---|
//! | what the views share | [`panel`] |
//! | a connection in the list, and its actions | [`row`], [`actions`] |
//! | the form that saves the current connection | [`save_form`] |
//! | import and export | [`transfer`] |
//! | a link to a saved connection | [`link`] |
//! | errors as text | [`error_text`] |

mod actions;
mod error_text;
mod label;
mod link;
mod panel;
mod row;
mod save_form;
mod transfer;

use crate::{
    i18n::{connections::SavedConnectionStrings, fill},
    reactive::{
        ErasedMemo,
        view::{dynamic_view, text},
    },
    ui::section::Section,
    ui::widgets::{Field, button, disclosure, keyed_list},
};
use leptos::prelude::*;
use panel::{ConnectionsPanel, UNDO, button_id, focus_later};

/// Smallest number of connections for which there is a search field.
const SEARCH_FROM: usize = 6;

/// Returns the section.
pub fn section() -> AnyView {
    let panel = ConnectionsPanel::new();
    link::open(panel);
    link::follow_deletion(panel);
    let count = move || panel.store.with(|saved| saved.connections.len());
    let found = move || panel.store.with(|saved| panel.search.with(|text| saved.search(text)));
    let hint = text(move || {
        let strings = SavedConnectionStrings::of(panel.language.lang.get());
        let is_empty = found().is_empty();
        if count() == 0 {
            strings.empty
        } else if is_empty {
            strings.no_match
        } else {
            ""
        }
    });
    let content = view! {
        {dynamic_view(move || panel.store.error().map(|error| error_view(error_text::unreadable(panel.language, &error))))}
        {search_field(panel, count)}
        <ul class="saved">{keyed_list(found, move |id| row::row(panel, &id))}</ul>
        <p class="muted">{hint}</p>
        {dynamic_view(move || deleted(panel))}
        {dynamic_view(move || panel.error.with(|error| (!error.is_empty()).then(|| error_view(error.clone()))))}
        {save_form::save_form(panel)}
        {disclosure(panel.label(|strings| strings.transfer), transfer::transfer(panel))}
    };
    let section = Section::new("connections", panel.label(|strings| strings.heading));
    section.count(panel.language, count).view(content.into_any())
}

fn search_field(panel: ConnectionsPanel, count: impl Fn() -> usize + Send + Sync + 'static) -> AnyView {
    let field = move || Field {
        id: "txtSearchConnections",
        kind: "search",
        label: panel.label(|strings| strings.search),
        value: text(move || panel.search.get()),
        change: Box::new(move |typed| panel.search.set(typed)),
    };
    // A search that hides all but a few stays editable.
    let is_shown = move || count() >= SEARCH_FROM || panel.search.with(|text| !text.is_empty());
    let is_shown = ErasedMemo::new(is_shown);
    dynamic_view(move || is_shown.get().then(|| field().view())).into_any()
}

/// Returns an error that is announced when it appears.
fn error_view(error: String) -> AnyView {
    view! {
        <p class="error" role="alert">
            {error}
        </p>
    }
    .into_any()
}

/// Returns the offer to restore the connection that was deleted last.
fn deleted(panel: ConnectionsPanel) -> Option<AnyView> {
    let deleted = panel.deleted.get()?;
    let strings = SavedConnectionStrings::of(panel.language.lang.get());
    let name = fill(strings.deleted, &[("name", &deleted.connection.name)]);
    let undo = button("btn", panel.label(|strings| strings.undo), move || undo(panel));
    Some(
        view! {
            <div class="deleted" id=UNDO tabindex="-1" role="status">
                <span>{name}</span>
                {undo}
            </div>
        }
        .into_any(),
    )
}

fn undo(panel: ConnectionsPanel) {
    let Some(deleted) = panel.deleted.get_untracked() else { return };
    let restored = deleted.connection.clone();
    let limit = panel.limit_error();
    if !panel.change(|saved| if saved.restore(deleted.at, restored) { String::new() } else { limit }) {
        return;
    }
    let is_free = panel.connection.saved_id.with_untracked(Option::is_none);
    if let Some(url) = deleted.chosen_url.filter(|url| is_free && *url == panel.connection.url.get_untracked()) {
        panel.dialer.choose(&deleted.connection.chosen(&url));
    }
    panel.deleted.set(None);
    focus_later(button_id(&deleted.connection.id));
}
