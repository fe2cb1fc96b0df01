//! The message log and its changes.

use crate::{
    model::log::{EntryId, Log, LogEntry},
    platform::time::now_ms,
    reactive::{ErasedSignal, ErasedValue},
};
use leptos::prelude::request_animation_frame;
use std::{ops::Range, rc::Rc, sync::Arc};
use yodel_client::Effect;

/// The message log. Readers run again at most once per animation frame, however many changes occur.
pub struct LogState {
    log: ErasedValue<Log>,
    frame: ErasedSignal<u64>,
    frame_requested: ErasedValue<bool>,
    on_change: ErasedValue<Rc<dyn Fn()>>,
}

impl LogState {
    /// Creates an empty log.
    pub(super) fn new() -> &'static Self {
        Box::leak(Box::new(Self {
            log: ErasedValue::new(Log::default()),
            frame: ErasedSignal::new(0),
            frame_requested: ErasedValue::new(false),
            on_change: ErasedValue::new(Rc::new(|| ())),
        }))
    }

    /// Reads the log, tracked: the reader runs again in each frame in which the log changed.
    pub fn read<T>(&self, read: impl FnOnce(&Log) -> T) -> T {
        self.frame.track();
        self.log.with_value(read)
    }

    /// Reads the log, untracked.
    pub fn peek<T>(&self, read: impl FnOnce(&Log) -> T) -> T {
        self.log.with_value(read)
    }

    /// Returns the shown entries at these indices, untracked.
    pub fn entries(&self, indices: Range<usize>) -> Vec<LogEntry> {
        self.log.with_value(|log| log.filter.range(&log.entries, indices).into_iter().cloned().collect())
    }

    /// Returns an entry, untracked; `None` if it was removed.
    pub fn entry(&self, id: EntryId) -> Option<LogEntry> {
        self.log.with_value(|log| log.entries.get(id).cloned())
    }

    /// Changes the log.
    pub fn change(&'static self, change: impl FnOnce(&mut Log)) {
        self.log.update_value(change);
        self.touch();
    }

    /// Calls a function after each change, at once and also while no frames are drawn.
    pub(super) fn on_change(&self, action: impl Fn() + 'static) {
        self.on_change.set_value(Rc::new(action));
    }

    /// Appends a received text message.
    pub fn receive_text(&'static self, text: &str) {
        self.change(|log| log.receive_text(now_ms(), text));
    }

    /// Appends a received binary message.
    pub fn receive_binary(&'static self, bytes: Arc<[u8]>) {
        self.change(|log| log.receive_binary(now_ms(), bytes));
    }

    /// Appends an event of an event stream; its id is empty without one.
    pub fn receive_event(&'static self, name: &str, id: &str, text: &str) {
        self.change(|log| log.receive_event(now_ms(), name, id, text));
    }

    /// Applies an effect of the session.
    pub(super) fn apply(&self, effect: &Effect) {
        self.log.update_value(|log| log.apply(now_ms(), effect));
    }

    /// Ends a step of the session.
    pub fn settle(&self) {
        self.log.update_value(Log::settle);
    }

    /// Changes the log and returns a result, without a new frame.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut Log) -> T) -> Option<T> {
        self.log.try_update_value(change)
    }

    /// Reports a change: requests a frame in which readers run again.
    pub fn touch(&'static self) {
        self.on_change.with_value(|action| action());
        if !self.frame_requested.try_update_value(|is_scheduled| std::mem::replace(is_scheduled, true)).unwrap_or(true)
        {
            request_animation_frame(move || {
                self.frame_requested.set_value(false);
                self.log.update_value(|Log { entries, filter, .. }| filter.remove_trimmed(entries));
                self.frame.update(|frame| *frame += 1);
            });
        }
    }
}
