//! The actions of a connection in the list.

use super::panel::{ConnectionsPanel, Deleted, UNDO, button_id, focus_later, new_id};
use crate::{
    i18n::{connections::SavedConnectionStrings, fill},
    model::connections::saved_connection::checked_name,
    reactive::{
        ErasedSignal,
        view::{Text, click_handler},
    },
    ui::widgets::button,
};
use leptos::prelude::*;
use std::sync::Arc;
use yodel_client::target::without_secrets;

/// Ids of the buttons that move a connection.
const MOVE_UP: &str = "moveUp";
const MOVE_DOWN: &str = "moveDown";

/// Returns the actions of a connection.
pub(super) fn actions(panel: ConnectionsPanel, id: &Arc<str>) -> AnyView {
    let saved = panel.store.with(|saved| saved.get(id).cloned()).unwrap_or_default();
    let name = ErasedSignal::new(saved.name.clone());
    let act = |string: fn(&SavedConnectionStrings) -> &'static str, action: fn(ConnectionsPanel, &str)| {
        let id = Arc::clone(id);
        button("btn-text", panel.label(string), move || action(panel, &id))
    };
    let renamed = Arc::clone(id);
    view! {
        <div class="fields">
            <p class="muted address-text">{without_secrets(&saved.url)}</p>
            {panel.name_field("txtRenameConnection", name)}
            {button("btn", panel.label(|strings| strings.rename), move || rename(panel, &renamed, &name.get_untracked()))}
            <div class="saved-actions">
                {act(|strings| strings.duplicate, duplicate)}
                {act(|strings| strings.update, update)}
                {move_button(panel, id, MOVE_UP, -1)} {move_button(panel, id, MOVE_DOWN, 1)}
                {act(|strings| strings.delete, delete)}
            </div>
        </div>
    }
    .into_any()
}

fn move_button(panel: ConnectionsPanel, id: &Arc<str>, element: &'static str, by: isize) -> AnyView {
    let id = Arc::clone(id);
    let label: Text = panel.label(if by < 0 { |strings| strings.move_up } else { |strings| strings.move_down });
    let shift = move || {
        panel.change(|saved| {
            saved.shift(&id, by);
            String::new()
        });
        // The browser drops the focus when the row moves.
        focus_later(element.to_owned());
    };
    view! {
        <button type="button" id=element class="btn-text" on:click=click_handler(shift)>
            {label}
        </button>
    }
    .into_any()
}

fn rename(panel: ConnectionsPanel, id: &str, typed: &str) {
    let Some(name) = checked_name(typed) else { return panel.error.set(panel.name_error()) };
    let taken = panel.strings().name_taken;
    if panel.stored(id).is_some()
        && panel.change(|saved| if saved.rename(id, &name) { String::new() } else { taken.to_owned() })
    {
        panel.open_actions.set(None);
        focus_later(button_id(id));
    }
}

fn duplicate(panel: ConnectionsPanel, id: &str) {
    let Some(saved) = panel.stored(id) else { return };
    let name = fill(panel.strings().copy_name, &[("name", &saved.name)]);
    let limit = panel.limit_error();
    panel.change(|saved| if saved.duplicate(id, new_id(), &name) { String::new() } else { limit });
}

/// Replaces URL, protocol and saved token by those of the tab's connection, and makes it the current one.
fn update(panel: ConnectionsPanel, id: &str) {
    let Some(mut saved) = panel.stored(id) else { return };
    let url = panel.connection.url.get_untracked();
    let protocol = panel.connection.protocol.get_untracked();
    let token = saved.token.as_ref().and_then(|_| panel.auth.token_for(&url));
    let had_secrets = saved.token.is_some() || without_secrets(&saved.url) != saved.url;
    let kept = if had_secrets { url.clone() } else { without_secrets(&url) };
    (saved.url, saved.protocol, saved.token) = (kept, protocol, token);
    let stored = saved.clone();
    let changed = panel.change(|list| {
        if let Some(connection) = list.get_mut(id) {
            // Another tab may have renamed it, or changed its parts.
            (connection.url, connection.protocol, connection.token) = (stored.url, stored.protocol, stored.token);
        }
        String::new()
    });
    if changed {
        panel.open_actions.set(None);
        panel.dialer.choose(&saved.chosen(&saved.url));
        focus_later(button_id(id));
    }
}

fn delete(panel: ConnectionsPanel, id: &str) {
    let mut removed = None;
    let is_removed = panel.change(|saved| {
        removed = saved.remove(id);
        String::new()
    });
    let Some((at, connection)) = removed.filter(|_| is_removed) else { return };
    let is_chosen = panel.connection.saved_id.with_untracked(|chosen| chosen.as_deref() == Some(id));
    let chosen_url = is_chosen.then(|| panel.connection.url.get_untracked());
    if is_chosen {
        panel.dialer.leave_saved();
    }
    panel.open_actions.set(None);
    panel.deleted.set(Some(Deleted { at, connection, chosen_url }));
    focus_later(UNDO.to_owned());
}
