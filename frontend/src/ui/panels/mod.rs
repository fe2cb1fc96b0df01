//! Everything beyond the first screen, downloaded when it is opened. Four places of the page show it.

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

/// Makes a view each time its place is shown.
type ViewFn = fn(Panels) -> AnyView;

/// What is shown in which place.
#[derive(Clone, Copy)]
pub struct Panels {
    state: &'static PanelState,
    /// Beside the list, where a line begins: the connection, rooms and people, graphs.
    pub sidebar: ViewFn,
    /// Over the list: finding, pausing, exporting.
    pub toolbar: ViewFn,
    /// Beside the list, where a line ends: one row, whole.
    pub inspector: ViewFn,
    /// Over the input: where to, how often, what else than a line of text.
    pub sending: ViewFn,
    /// Why there is no connection.
    pub diagnosis: ViewFn,
    /// What the keys do.
    pub help: ViewFn,
}

impl Panels {
    /// All of it.
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
