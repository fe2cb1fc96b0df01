//! Everything beyond the first screen, downloaded when it is opened. Four places of the page show it.

mod charts;
mod connection;
mod find;
mod help;
mod inspector;
mod kept;
mod metrics;
mod rooms;
mod sending;
mod style;

use crate::state::{Language, context};
use kept::Kept;
use leptos::prelude::*;

/// Makes a view each time its place is shown.
type Make = fn(Panels) -> AnyView;

/// What is shown in which place.
#[derive(Clone, Copy)]
pub struct Panels {
    kept: &'static Kept,
    /// Beside the list, where a line begins: the connection, rooms and people, graphs.
    pub side: Make,
    /// Over the list: finding, pausing, exporting.
    pub bar: Make,
    /// Beside the list, where a line ends: one row, whole.
    pub inspector: Make,
    /// Over the input: where to, how often, what else than a line of text.
    pub sending: Make,
    /// Why there is no connection.
    pub why: Make,
    /// What the keys do.
    pub help: Make,
}

impl Panels {
    /// All of it.
    pub fn new() -> Self {
        style::adopt();
        Self { kept: Kept::new(), side, bar, inspector, sending, why, help }
    }
}

impl Default for Panels {
    fn default() -> Self {
        Self::new()
    }
}

fn side(panels: Panels) -> AnyView {
    let language = context::<Language>();
    provide_context(panels.kept);
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

fn bar(_: Panels) -> AnyView {
    find::bar()
}

fn inspector(_: Panels) -> AnyView {
    inspector::inspector()
}

fn sending(panels: Panels) -> AnyView {
    provide_context(panels.kept);
    sending::sending()
}

fn why(_: Panels) -> AnyView {
    connection::why()
}

fn help(_: Panels) -> AnyView {
    help::help()
}
