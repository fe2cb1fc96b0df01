//! The panels behind Tools, downloaded when they are first opened.

mod appearance;
mod charts;
mod connection;
mod find;
mod help;
mod inspector;
mod metrics;
mod panel_state;
mod rooms;
mod sending;
mod style;

use crate::state::{Language, context};
use leptos::prelude::*;
use panel_state::PanelState;

/// Creates the view of a panel.
type ViewFn = fn(Panels) -> AnyView;

/// The views of the panels, and their shared state.
#[derive(Clone, Copy)]
pub struct Panels {
    state: &'static PanelState,
    /// Left of the list: connection, rooms and members, metrics, charts, appearance.
    pub sidebar: ViewFn,
    /// Above the list: filter, pause, export.
    pub toolbar: ViewFn,
    /// Right of the list: the selected row.
    pub inspector: ViewFn,
    /// Above the message field: recipient, saved messages, binary messages, repetition.
    pub sending: ViewFn,
    /// Diagnosis of a failed connection.
    pub diagnosis: ViewFn,
    /// Keyboard shortcuts.
    pub help: ViewFn,
}

impl Panels {
    /// Creates the panels and adopts their style sheets.
    pub fn new() -> Self {
        style::adopt();
        Self { state: PanelState::new(), sidebar, toolbar, inspector, sending, diagnosis, help }
    }
}

impl Default for Panels {
    fn default() -> Self {
        Self::new()
    }
}

fn sidebar(panels: Panels) -> AnyView {
    let language = context::<Language>();
    provide_context(panels.state);
    view! {
        <aside class="sidebar" aria-label=language.label(|strings| strings.tools)>
            {connection::section()}
            {rooms::section()}
            {metrics::section()}
            {charts::section()}
            {appearance::section()}
        </aside>
    }
    .into_any()
}

fn toolbar(_: Panels) -> AnyView {
    find::toolbar()
}

fn inspector(_: Panels) -> AnyView {
    inspector::inspector()
}

fn sending(panels: Panels) -> AnyView {
    provide_context(panels.state);
    sending::sending()
}

fn diagnosis(_: Panels) -> AnyView {
    connection::diagnosis()
}

fn help(_: Panels) -> AnyView {
    help::help()
}
