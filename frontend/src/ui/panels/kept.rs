//! State of the panels that survives closing them.

use crate::model::rooms::Rooms;
use leptos::prelude::{ArcStoredValue, expect_context};
use std::sync::OnceLock;

/// State of the panels that lasts as long as the page.
pub(super) struct Kept {
    /// Joined rooms and their members, from the first time the rooms are shown.
    pub(super) rooms: OnceLock<ArcStoredValue<Rooms>>,
    /// The API key that was typed for the server's metrics. In memory alone.
    pub(super) key: ArcStoredValue<String>,
}

impl Kept {
    /// Creates the state of panels that were never open.
    pub(super) fn new() -> &'static Self {
        Box::leak(Box::new(Self { rooms: OnceLock::new(), key: ArcStoredValue::new(String::new()) }))
    }

    /// Returns the state from the context of the panels.
    pub(super) fn get() -> &'static Self {
        expect_context::<&'static Self>()
    }
}
