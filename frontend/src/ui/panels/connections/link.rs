//! A link to a saved connection.

use super::panel::ConnectionsPanel;
use crate::{reactive::effect, state::Dialer};
use yodel_client::State;

/// Key of the notice about an unknown connection.
const NOTICE: &str = "connection";

/// Opens the saved connection in the page's address, if the tab has no connection yet. A link may come from anybody:
/// another server than the page's own is dialed only after the user confirmed it.
pub(super) fn open(panel: ConnectionsPanel) {
    let is_idle = panel.connection.state.with_untracked(|state| matches!(state, State::Idle));
    let Some(id) = Dialer::linked_id().filter(|_| is_idle) else { return };
    let Some(saved) = panel.store.stored().ok().and_then(|saved| saved.get(&id).cloned()) else {
        panel.layout.notify(NOTICE, panel.label(|strings| strings.unknown_link));
        panel.dialer.leave_saved();
        return panel.dialer.connect_again();
    };
    match panel.connection.resolve(&saved.url) {
        Ok(url) if panel.connection.is_own_url(&url) => panel.dialer.connect_saved(&saved.chosen(&url)),
        Ok(url) => panel.dialer.ask_saved(saved.chosen(&url)),
        Err(_) => panel.dialer.start(Some(&saved.url)),
    }
}

/// Forgets the choice of a connection that another tab deleted, so that a reload does not return to it.
pub(super) fn follow_deletion(panel: ConnectionsPanel) {
    effect(move || {
        let is_deleted = panel.connection.saved_id.with(|chosen| {
            let chosen = chosen.as_ref();
            chosen.is_some_and(|id| panel.store.with(|saved| saved.get(id).is_none()))
        });
        if is_deleted && panel.store.error().is_none() {
            panel.dialer.leave_saved();
        }
    });
}
