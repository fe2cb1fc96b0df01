//! State of the panels that outlives their views, per connection.

use crate::{model::rooms::Rooms, reactive::ErasedValue, state::PageState};
use leptos::prelude::{ArcStoredValue, expect_context, on_cleanup};
use std::{any::Any, cell::RefCell, sync::OnceLock};

/// State that lives as long as a connection is open.
pub(super) struct PanelState {
    page: &'static PageState,
    /// Joined rooms and their members, from the first time the rooms are shown.
    pub(super) rooms: OnceLock<ErasedValue<Rooms>>,
    /// API key for the server's metrics, kept in memory only. All connections share it.
    pub(super) metrics_key: ArcStoredValue<String>,
    /// See [`Self::part`].
    parts: ErasedValue<Vec<Box<dyn Any>>>,
}

thread_local! {
    /// The states of the open connections.
    static STATES: RefCell<Vec<&'static PanelState>> = const { RefCell::new(Vec::new()) };
}

impl PanelState {
    /// Creates the state of panels that were never open.
    fn new(page: &'static PageState, metrics_key: ArcStoredValue<String>) -> &'static Self {
        let parts = ErasedValue::new(Vec::new());
        Box::leak(Box::new(Self { page, rooms: OnceLock::new(), metrics_key, parts }))
    }

    /// Returns the state of the connection in the context.
    pub(super) fn get() -> &'static Self {
        Self::of(expect_context::<&'static PageState>())
    }

    /// Returns the state of a connection.
    pub(super) fn of(page: &'static PageState) -> &'static Self {
        let find = |states: &[&'static Self]| states.iter().find(|state| std::ptr::eq(state.page, page)).copied();
        if let Some(state) = STATES.with_borrow(|states| find(states)) {
            return state;
        }
        let shared_key = STATES.with_borrow(|states| {
            let beside = states.iter().find(|state| std::ptr::eq(state.page.workspace, page.workspace));
            beside.map_or_else(|| ArcStoredValue::new(String::new()), |state| state.metrics_key.clone())
        });
        page.owner.with(|| {
            let state = Self::new(page, shared_key);
            STATES.with_borrow_mut(|states| states.push(state));
            on_cleanup(move || {
                STATES.with_borrow_mut(|states| states.retain(|known| !std::ptr::eq(*known, state)));
            });
            state
        })
    }

    /// Returns the part of this type, a handle. The first call creates it; its signals and timers end when the
    /// connection is closed.
    pub(super) fn part<T: Copy + 'static>(&self, create: impl FnOnce() -> T) -> T {
        if let Some(part) = self.find() {
            return part;
        }
        let part = self.page.owner.with(create);
        self.parts.update_value(|parts| parts.push(Box::new(part)));
        part
    }

    /// Returns the part of this type; `None` if it was not created yet.
    pub(super) fn find<T: Copy + 'static>(&self) -> Option<T> {
        self.parts.with_value(|parts| parts.iter().find_map(|part| part.downcast_ref::<T>()).copied())
    }

    /// Creates a value that is dropped when the connection is closed.
    pub(super) fn value<T: 'static>(&self, value: T) -> ErasedValue<T> {
        self.page.owner.with(|| ErasedValue::new(value))
    }
}
