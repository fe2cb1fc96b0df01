//! State of the panels that survives closing them.

use crate::model::rooms::Rooms;
use leptos::prelude::{ArcStoredValue, expect_context};
use std::sync::OnceLock;

/// State of the panels that lasts as long as the page.
pub(super) struct PanelState {
    /// Joined rooms and their members, from the first time the rooms are shown.
    pub(super) rooms: OnceLock<ArcStoredValue<Rooms>>,
    /// The API metrics_key that was typed for the server's metrics. In memory alone.
    pub(super) metrics_key: ArcStoredValue<String>,
}

impl PanelState {
    /// Creates the state of panels that were never open.
    pub(super) fn new() -> &'static Self {
        Box::leak(Box::new(Self { rooms: OnceLock::new(), metrics_key: ArcStoredValue::new(String::new()) }))
    }

    /// Returns the state from the context of the panels.
    pub(super) fn get() -> &'static Self {
        expect_context::<&'static Self>()
    }
}
