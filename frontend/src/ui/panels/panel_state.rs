//! State of the panels that outlives their views.

use super::connection::Ping;
use crate::model::rooms::Rooms;
use leptos::prelude::{ArcStoredValue, expect_context};
use std::sync::OnceLock;

/// State that lives as long as the page.
pub(super) struct PanelState {
    /// Joined rooms and their members, from the first time the rooms are shown.
    pub(super) rooms: OnceLock<ArcStoredValue<Rooms>>,
    /// The requested ping, from the first time its button is shown.
    pub(super) ping: OnceLock<ArcStoredValue<Ping>>,
    /// API key for the server's metrics, kept in memory only.
    pub(super) metrics_key: ArcStoredValue<String>,
}

impl PanelState {
    /// Creates the state of panels that were never open.
    pub(super) fn new() -> &'static Self {
        let metrics_key = ArcStoredValue::new(String::new());
        Box::leak(Box::new(Self { rooms: OnceLock::new(), ping: OnceLock::new(), metrics_key }))
    }

    /// Returns the state from the context of the panels.
    pub(super) fn get() -> &'static Self {
        expect_context::<&'static Self>()
    }
}
