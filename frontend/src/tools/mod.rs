//! Everything beyond the first screen, downloaded when it is opened. Four places of the page show it.

mod style;

use crate::store::Store;
use leptos::prelude::*;

/// A part of the page, made anew each time it is shown.
type Make = fn(Store) -> AnyView;

/// What is shown in which place.
#[derive(Clone, Copy, Debug)]
pub struct Tools {
    /// Beside the list, where a line begins: the connection, rooms and people, graphs.
    pub side: Make,
    /// Over the list: finding, pausing, exporting.
    pub bar: Make,
    /// Beside the list, where a line ends: one row, whole.
    pub inspector: Make,
    /// Over the input: where to, how often, what else than a line of text.
    pub sending: Make,
}

impl Tools {
    /// All of it.
    pub fn new() -> Self {
        style::adopt();
        Self { side, bar, inspector, sending }
    }
}

impl Default for Tools {
    fn default() -> Self {
        Self::new()
    }
}

fn side(store: Store) -> AnyView {
    let _ = store;
    view! { <aside class="side"></aside> }.into_any()
}

fn bar(store: Store) -> AnyView {
    let _ = store;
    ().into_any()
}

fn inspector(store: Store) -> AnyView {
    let _ = store;
    ().into_any()
}

fn sending(store: Store) -> AnyView {
    let _ = store;
    ().into_any()
}
