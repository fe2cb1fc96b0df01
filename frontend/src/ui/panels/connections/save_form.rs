//! The form that saves the current connection.

use super::panel::{ConnectionsPanel, button_id, focus_later, new_id};
use crate::{
    model::connections::{
        SavedConnection,
        saved_connection::{MAX_NAME_CHARS, checked_name},
    },
    reactive::{ErasedSignal, view::dynamic_view},
    state::connection_store::current_parts,
    ui::widgets::{button, checkbox},
};
use leptos::prelude::*;
use yodel_client::target::{server_of, split_scheme, without_secrets};

/// Id of the name field.
const NAME: &str = "txtConnectionName";

/// Returns the button that opens the form, or the form.
pub(super) fn save_form(panel: ConnectionsPanel) -> AnyView {
    let open = move || {
        panel.is_saving.set(true);
        focus_later(NAME.to_owned());
    };
    dynamic_view(move || {
        Some(if panel.is_saving.get() {
            untrack(|| form(panel))
        } else {
            button("btn", panel.label(|strings| strings.save_current), open)
        })
    })
    .into_any()
}

fn form(panel: ConnectionsPanel) -> AnyView {
    let url = panel.connection.url.get_untracked();
    let (name, save_token) = (ErasedSignal::new(host(&url)), ErasedSignal::new(false));
    let has_secret = panel.auth.token_for(&url).is_some() || without_secrets(&url) != url;
    let token = has_secret.then(|| {
        view! {
            {checkbox(panel.label(|strings| strings.save_token), save_token)}
            <p class="muted">{panel.label(|strings| strings.save_token_hint)}</p>
        }
        .into_any()
    });
    let save = move || save(panel, &name.get_untracked(), save_token.get_untracked());
    let cancel = move || panel.is_saving.set(false);
    view! {
        <div class="fields">
            {panel.name_field(NAME, name)} {token} {button("btn btn-primary", panel.label(|strings| strings.save), save)}
            {button("btn-text", panel.label(|strings| strings.cancel), cancel)}
        </div>
    }
    .into_any()
}

/// Saves the tab's connection, with the messages and other parts that are shown, and makes it the current one.
fn save(panel: ConnectionsPanel, typed: &str, with_token: bool) {
    let Some(name) = checked_name(typed) else { return panel.error.set(panel.name_error()) };
    let url = panel.connection.url.get_untracked();
    let connection = SavedConnection {
        id: new_id(),
        name,
        url: if with_token { url.clone() } else { without_secrets(&url) },
        protocol: panel.connection.protocol.get_untracked(),
        token: panel.auth.token_for(&url).filter(|_| with_token),
        parts: current_parts(panel.connection.saved_id.get_untracked().as_deref()),
    };
    let (added, taken, limit) = (connection.clone(), panel.strings().name_taken, panel.limit_error());
    let is_saved = panel.change(|saved| {
        if saved.has_name(&added.name) {
            return taken.to_owned();
        }
        if saved.add(added) { String::new() } else { limit }
    });
    if is_saved {
        panel.is_saving.set(false);
        panel.dialer.choose(&connection.chosen(&connection.url));
        focus_later(button_id(&connection.id));
    }
}

/// Returns host and port of a URL, as the first proposal for a name.
fn host(url: &str) -> String {
    let host = split_scheme(server_of(url)).map_or("", |(_, host)| host);
    host.chars().take(MAX_NAME_CHARS).collect()
}
