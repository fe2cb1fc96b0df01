//! The panels behind Tools, downloaded when they are first opened.

mod appearance;
mod charts;
mod connection;
mod connections;
mod copy_as;
mod find;
mod help;
mod inspector;
mod metrics;
mod panel_state;
mod rooms;
mod rows;
mod rules;
mod sending;
mod style;
mod tabs;
mod variables;

use crate::{
    model::{rules::Rules, variables::Variables},
    state::{
        Language, PageState, Workspace, connection_store::all_parts, context, stored_rules::RULES, variables::VARIABLES,
    },
};
use leptos::prelude::*;
use panel_state::PanelState;
use rows::{RowActions, RowState};
use rules::Engine;

/// Creates the view of a panel.
type ViewFn = fn(Panels) -> AnyView;

/// The views of the panels.
#[derive(Clone, Copy)]
pub struct Panels {
    /// Starts what the panels do while Tools is closed. To be called once, before any view.
    pub start: fn(&'static Workspace),
    /// Above the status line: the tabs of several connections.
    pub tab_bar: ViewFn,
    /// Beside or below the list: another connection.
    pub second_pane: ViewFn,
    /// Left of the list: tabs, connections, rooms and members, rules, variables, metrics, charts, appearance.
    pub sidebar: ViewFn,
    /// Above the list: filter, pause, export.
    pub toolbar: ViewFn,
    /// Below the list: current rates.
    pub strip: ViewFn,
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
        Self { start, tab_bar, second_pane, sidebar, toolbar, strip, inspector, sending, diagnosis, help }
    }
}

impl Default for Panels {
    fn default() -> Self {
        Self::new()
    }
}

fn start(workspace: &'static Workspace) {
    workspace.on_open(|page| {
        PanelState::of(page).part(|| Engine::start(page, variables::install(page)));
    });
    variables::remember(move || {
        workspace.tabs.get().into_iter().filter_map(engine_of).for_each(|engine| {
            engine.variables.with(|_| ());
            engine.rules.with(|_| ());
        });
        is_automated()
    });
}

/// Returns the rules of a connection; `None` until they are loaded.
fn engine_of(page: &'static PageState) -> Option<&'static Engine> {
    PanelState::of(page).find()
}

/// Returns whether variables or rules are stored for any connection.
fn is_automated() -> bool {
    let has_variables = |json| Variables::from_json(json).is_some_and(|variables| !variables.is_empty());
    let has_rules = |json| Rules::from_json(json).is_some_and(|rules| !rules.rules.is_empty());
    all_parts(VARIABLES).iter().any(has_variables) || all_parts(RULES).iter().any(has_rules)
}

/// Provides the rules and variables of the connection as context.
fn provide() {
    if let Some(engine) = PanelState::get().find::<&Engine>() {
        provide_context(engine);
        provide_context(engine.variables);
    }
}

fn tab_bar(_: Panels) -> AnyView {
    tabs::bar()
}

fn second_pane(_: Panels) -> AnyView {
    tabs::pane()
}

fn sidebar(_: Panels) -> AnyView {
    let language = context::<Language>();
    provide();
    view! {
        <aside class="sidebar" aria-label=language.label(|strings| strings.tools)>
            {connections::section()}
            {connection::section()}
            {tabs::section()}
            {rooms::section()}
            {rules::section()}
            {variables::section()}
            {metrics::section()}
            {charts::section()}
            {appearance::section()}
        </aside>
    }
    .into_any()
}

fn toolbar(_: Panels) -> AnyView {
    let actions = RowActions::new(RowState::get());
    rows::decorate(actions);
    view! {
        {find::toolbar()}
        {rows::pinned_bar(actions)}
    }
    .into_any()
}

fn strip(_: Panels) -> AnyView {
    charts::strip()
}

fn inspector(_: Panels) -> AnyView {
    provide();
    inspector::inspector(RowActions::new(RowState::get()))
}

fn sending(_: Panels) -> AnyView {
    provide();
    view! {
        {rows::restore_draft(RowActions::new(RowState::get()))}
        {sending::sending()}
    }
    .into_any()
}

fn diagnosis(_: Panels) -> AnyView {
    connection::diagnosis()
}

fn help(_: Panels) -> AnyView {
    help::help()
}
