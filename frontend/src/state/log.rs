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
    /// `true` if the log changed since the last frame.
    is_changed: ErasedValue<bool>,
    /// The logs of the page that changed since the last frame.
    changed_logs: ErasedValue<Vec<&'static LogState>>,
    on_change: ErasedValue<Rc<dyn Fn()>>,
}

impl LogState {
    /// Creates an empty log, which adds itself to the list of those that changed.
    pub(super) fn new(changed_logs: ErasedValue<Vec<&'static LogState>>) -> &'static Self {
        Box::leak(Box::new(Self {
            log: ErasedValue::new(Log::default()),
            frame: ErasedSignal::new(0),
            is_changed: ErasedValue::new(false),
            changed_logs,
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
        if !self.is_changed.try_update_value(|is_changed| std::mem::replace(is_changed, true)).unwrap_or(true) {
            self.changed_logs.update_value(|changed| changed.push(self));
            let changed_logs = self.changed_logs;
            // All changed logs are drawn together: then the readers of all change the document before the first list
            // scrolls, and the browser computes one layout.
            request_animation_frame(move || {
                let changed = changed_logs.try_update_value(std::mem::take).unwrap_or_default();
                changed.into_iter().for_each(Self::draw);
            });
        }
    }

    /// Runs the readers again. Does nothing after the connection was closed.
    fn draw(&self) {
        if self.is_changed.try_update_value(|is_changed| *is_changed = false).is_none() {
            return;
        }
        self.log.update_value(|Log { entries, filter, .. }| filter.remove_trimmed(entries));
        self.frame.update(|frame| *frame += 1);
    }
}
