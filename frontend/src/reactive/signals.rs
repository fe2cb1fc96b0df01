//! Leptos's signals, memos, effects and stored values, each with one inner type. Leptos generates code for every type
//! of value; these types are generated once, which saves a tenth of the download. They are handles: a copy refers to
//! the same value, which is dropped with the component that created it.

use ::leptos::{prelude as leptos, prelude::*};
use std::{any::Any, marker::PhantomData};

type Local = Box<dyn Any>;
type Shared = Box<dyn Any + Send + Sync>;

/// A value whose readers run again when it changes.
pub struct ErasedSignal<T>(leptos::RwSignal<Local, LocalStorage>, PhantomData<fn() -> T>);

/// A value computed from signals. Readers run again when the result changes.
pub struct ErasedMemo<T>(leptos::Memo<Shared>, PhantomData<fn() -> T>);

/// A stored value without reactivity.
pub struct ErasedValue<T>(leptos::StoredValue<Local, LocalStorage>, PhantomData<fn() -> T>);

impl<T: 'static> ErasedSignal<T> {
    /// Creates a signal.
    pub fn new(value: T) -> Self {
        Self(leptos::RwSignal::new_local(Box::new(value)), PhantomData)
    }

    /// Reads the value, tracked.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(downcast(&**self.0.read()))
    }

    /// Reads the value, untracked.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(downcast(&**self.0.read_untracked()))
    }

    /// Changes the value. Does nothing after its component was dropped.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        if let Some(mut value) = self.0.try_write() {
            change(downcast_mut(&mut **value));
        }
    }

    /// Replaces the value. Does nothing after its component was dropped.
    pub fn set(self, value: T) {
        self.update(|old| *old = value);
    }

    /// Tracks the value without reading it.
    pub fn track(self) {
        self.0.track();
    }

    /// Returns the value, tracked.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Returns the value, untracked.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }
}

impl<T: PartialEq + 'static> ErasedSignal<T> {
    /// Creates a signal with the result of a function of signals. It is updated before the next frame, and notifies
    /// only when the result changes. The first screen uses these instead of memos, whose code would be 1 % of its
    /// download.
    pub fn following(compute: impl Fn() -> T + 'static) -> Self {
        let signal = Self::new(untrack(&compute));
        effect(move || {
            let now = compute();
            if signal.with_untracked(|before| *before != now) {
                signal.set(now);
            }
        });
        signal
    }
}

impl<T: PartialEq + Send + Sync + 'static> ErasedMemo<T> {
    /// Creates a memo of a function of signals.
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let compute = Box::new(move || Box::new(compute()) as Shared);
        Self(memo(compute, |before, now| downcast::<T>(&**before) != downcast(&**now)), PhantomData)
    }

    /// Returns the result, tracked.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        downcast::<T>(&**self.0.read()).clone()
    }

    /// Returns the result, untracked; `None` after its component was dropped.
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        Some(downcast::<T>(&**self.0.try_read_untracked()?).clone())
    }
}

fn memo(compute: Box<dyn Fn() -> Shared + Send + Sync>, differ: fn(&Shared, &Shared) -> bool) -> leptos::Memo<Shared> {
    leptos::Memo::new_owning(move |before: Option<Shared>| {
        let now = compute();
        let changed = before.is_none_or(|before| differ(&before, &now));
        (now, changed)
    })
}

impl<T: 'static> ErasedValue<T> {
    /// Creates a stored value.
    pub fn new(value: T) -> Self {
        Self(leptos::StoredValue::new_local(Box::new(value)), PhantomData)
    }

    /// Reads the value.
    pub fn with_value<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(downcast(&**self.0.read_value()))
    }

    /// Returns the value.
    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        self.with_value(T::clone)
    }

    /// Changes the value and returns a result; `None` after its component was dropped.
    pub fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        Some(change(downcast_mut(&mut **self.0.try_write_value()?)))
    }

    /// Changes the value. Does nothing after its component was dropped.
    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Replaces the value. Does nothing after its component was dropped.
    pub fn set_value(self, value: T) {
        self.update_value(|old| *old = value);
    }
}

/// Runs a function now, and again when a signal that it read changes.
pub fn effect(action: impl FnMut() + 'static) {
    let action: Box<dyn FnMut()> = Box::new(action);
    leptos::Effect::new(action);
}

/// Returns the inner value. The types of the handles guarantee its type.
fn downcast<T: 'static>(value: &dyn Any) -> &T {
    value.downcast_ref().unwrap_or_else(|| unreachable!("the handle has the type of its value"))
}

fn downcast_mut<T: 'static>(value: &mut dyn Any) -> &mut T {
    value.downcast_mut().unwrap_or_else(|| unreachable!("the handle has the type of its value"))
}

impl<T: Default + 'static> Default for ErasedSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Clone for ErasedSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ErasedSignal<T> {}

impl<T> Clone for ErasedMemo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ErasedMemo<T> {}

impl<T> Clone for ErasedValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ErasedValue<T> {}
