//! Everything beyond the first screen, downloaded when it is opened. Four places of the page show it.

mod admin;
mod charts;
mod connection;
mod find;
mod help;
mod inspector;
mod rooms;
mod sending;
mod style;

use crate::state::Store;
use leptos::prelude::*;

/// A part of the page, made anew each time it is shown.
type Make = fn(Store) -> AnyView;

/// What is shown in which place.
#[derive(Clone, Copy, Debug)]
pub struct Panels {
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
        Self { side, bar, inspector, sending: sending::sending, why: connection::why, help: help::help }
    }
}

impl Default for Panels {
    fn default() -> Self {
        Self::new()
    }
}

fn side(store: Store) -> AnyView {
    view! {
        <aside class="side" aria-label=store.say(|words| words.tools)>
            {connection::section(store)}
            {rooms::section(store)}
            {admin::section(store)}
            {charts::section(store)}
        </aside>
    }
    .into_any()
}

fn bar(store: Store) -> AnyView {
    find::bar(store)
}

fn inspector(store: Store) -> AnyView {
    inspector::inspector(store)
}
