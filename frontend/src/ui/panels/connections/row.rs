//! A connection in the list.

use super::{
    actions,
    panel::{ConnectionsPanel, button_id},
};
use crate::{
    i18n::{connection::ConnectionStrings, connections::SavedConnectionStrings, fill},
    model::{address::ProtocolChoice, connections::SavedConnection},
    reactive::view::{Text, click_handler, dynamic_view, text},
    ui::panels::connection::subprotocols,
};
use leptos::prelude::*;
use std::sync::Arc;
use yodel_client::target::without_secrets;

/// Returns the row of a connection: a button that connects, and one that shows its actions.
pub(super) fn row(panel: ConnectionsPanel, id: &str) -> AnyView {
    let id: Arc<str> = id.into();
    let (current, clicked, shown, toggled, expanded) =
        (Arc::clone(&id), Arc::clone(&id), Arc::clone(&id), Arc::clone(&id), Arc::clone(&id));
    let is_open = move |id: &str| panel.open_actions.with(|open| open.as_deref() == Some(id));
    let more = of(panel, &id, move |connection| {
        fill(SavedConnectionStrings::of(panel.language.lang.get()).more, &[("name", &connection.name)])
    });
    view! {
        <li>
            <button
                type="button"
                id=button_id(&id)
                class="list-button"
                title=of(panel, &id, |connection| without_secrets(&connection.url))
                aria-current=text(move || panel.connection.saved_id.with(|id| (id.as_deref() == Some(&*current)).to_string()))
                on:click=click_handler(move || connect(panel, &clicked))
            >
                <span class="name">{of(panel, &id, |connection| connection.name.clone())}</span>
                " "
                <span class="muted">{of(panel, &id, move |connection| protocol(panel, &connection.protocol))}</span>
            </button>
            <button
                type="button"
                class="btn-text"
                aria-label=more.clone()
                title=more
                aria-expanded=text(move || is_open(&expanded).to_string())
                on:click=click_handler(move || toggle(panel, &toggled))
            >
                "⋯"
            </button>
            {dynamic_view(move || is_open(&shown).then(|| untrack(|| actions::actions(panel, &shown))))}
        </li>
    }
    .into_any()
}

/// Returns a text about a connection; empty after it was deleted.
fn of(
    panel: ConnectionsPanel,
    id: &Arc<str>,
    read: impl Fn(&SavedConnection) -> String + Send + Sync + 'static,
) -> Text {
    let id = Arc::clone(id);
    text(move || panel.store.with(|saved| saved.get(&id).map(&read).unwrap_or_default()))
}

/// Returns the offered subprotocols, else the name of the protocol.
fn protocol(panel: ConnectionsPanel, protocol: &ProtocolChoice) -> String {
    let strings = ConnectionStrings::of(panel.language.lang.get());
    match protocol {
        ProtocolChoice::Plain(names) if !names.is_empty() => names.join(", "),
        ProtocolChoice::Plain(_) => strings.plain.to_owned(),
        ProtocolChoice::Automatic => strings.automatic.to_owned(),
        ProtocolChoice::Envelope => strings.envelope.to_owned(),
    }
}

fn toggle(panel: ConnectionsPanel, id: &str) {
    panel.open_actions.update(|open| *open = open.take().is_none_or(|open| open != id).then(|| id.to_owned()));
}

/// Connects, with the settings as they are stored now.
fn connect(panel: ConnectionsPanel, id: &str) {
    let Some(saved) = panel.stored(id) else { return };
    let strings = ConnectionStrings::of(panel.language.lang.get_untracked());
    if let ProtocolChoice::Plain(names) = &saved.protocol
        && let Some(name) = subprotocols::first_invalid(names)
    {
        return panel.error.set(fill(strings.invalid_subprotocol, &[("name", &name)]));
    }
    match panel.connection.resolve(&saved.url) {
        Ok(url) => {
            panel.error.set(String::new());
            panel.dialer.connect_saved(&saved.chosen(&url));
        }
        Err(error) => panel.error.set(untrack(|| panel.language.strings()).url_error(error).to_owned()),
    }
}
