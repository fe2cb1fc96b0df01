//! The panels behind Tools, downloaded when they are first opened.

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
mod tabs;

use crate::state::{Language, context};
use leptos::prelude::*;

/// Creates the view of a panel.
type ViewFn = fn(Panels) -> AnyView;

/// The views of the panels.
#[derive(Clone, Copy)]
pub struct Panels {
    /// Above the status line: the tabs of several connections.
    pub tab_bar: ViewFn,
    /// Beside or below the list: another connection.
    pub second_pane: ViewFn,
    /// Left of the list: tabs, connection, rooms and members, metrics, charts.
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
        Self { tab_bar, second_pane, sidebar, toolbar, inspector, sending, diagnosis, help }
    }
}

impl Default for Panels {
    fn default() -> Self {
        Self::new()
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
    view! {
        <aside class="sidebar" aria-label=language.label(|strings| strings.tools)>
            {tabs::section()}
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

fn sending(_: Panels) -> AnyView {
    sending::sending()
}

fn diagnosis(_: Panels) -> AnyView {
    connection::diagnosis()
}

fn help(_: Panels) -> AnyView {
    help::help()
}
