//! The panels behind Tools, downloaded when they are first opened.

mod charts;
mod connection;
mod find;
mod help;
mod inspector;
mod metrics;
mod panel_state;
mod rooms;
mod rules;
mod sending;
mod style;
mod variables;

use crate::model::variables::Variables;
use crate::state::{Language, PageState, context};
use leptos::prelude::*;
use panel_state::PanelState;
use rules::Engine;
use std::sync::OnceLock;

/// Creates the view of a panel.
type ViewFn = fn(Panels) -> AnyView;

/// The views of the panels, and their shared state.
#[derive(Clone, Copy)]
pub struct Panels {
    state: &'static PanelState,
    /// The rules and variables, from the start on.
    engine: &'static OnceLock<&'static Engine>,
    /// Starts what the panels do while Tools is closed. To be called once, before any view.
    pub start: fn(Self, &'static PageState),
    /// Left of the list: connection, rooms and members, rules, variables, metrics, charts.
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
        let engine: &'static OnceLock<&'static Engine> = Box::leak(Box::new(OnceLock::new()));
        Self { state: PanelState::new(), engine, start, sidebar, toolbar, inspector, sending, diagnosis, help }
    }
}

impl Default for Panels {
    fn default() -> Self {
        Self::new()
    }
}

fn start(panels: Panels, page: &'static PageState) {
    let variables = variables::install(page);
    let engine = Engine::start(page, variables);
    variables::remember(move || {
        !variables.with(Variables::is_empty) || !engine.rules.with(|rules| rules.rules.is_empty())
    });
    let _ = panels.engine.set(engine);
}

/// Provides the state of the panels as context.
fn provide(panels: Panels) {
    provide_context(panels.state);
    if let Some(engine) = panels.engine.get() {
        provide_context(*engine);
        provide_context(engine.variables);
    }
}

fn sidebar(panels: Panels) -> AnyView {
    let language = context::<Language>();
    provide(panels);
    view! {
        <aside class="sidebar" aria-label=language.label(|strings| strings.tools)>
            {connection::section()}
            {rooms::section()}
            {rules::section()}
            {variables::section()}
            {metrics::section()}
            {charts::section()}
        </aside>
    }
    .into_any()
}

fn toolbar(_: Panels) -> AnyView {
    find::toolbar()
}

fn inspector(panels: Panels) -> AnyView {
    provide(panels);
    inspector::inspector()
}

fn sending(panels: Panels) -> AnyView {
    provide(panels);
    sending::sending()
}

fn diagnosis(_: Panels) -> AnyView {
    connection::diagnosis()
}

fn help(_: Panels) -> AnyView {
    help::help()
}
