//! Leptos's signals, memos, effects and stored values, with one type inside whatever they are about.
//! Leptos makes code for every type of value; with these it makes it once, which is a tenth of the
//! download. They are handles: copies are the same thing, and it ends with the part of the page that
//! made it.

use ::leptos::{prelude as leptos, prelude::*};
use std::{any::Any, marker::PhantomData};

type Local = Box<dyn Any>;
type Shared = Box<dyn Any + Send + Sync>;

/// A value that is looked at again when it changes.
pub struct ErasedSignal<T>(leptos::RwSignal<Local, LocalStorage>, PhantomData<fn() -> T>);

/// What follows from other values, looked at again when it is another.
pub struct ErasedMemo<T>(leptos::Memo<Shared>, PhantomData<fn() -> T>);

/// A value that nobody looks at again.
pub struct ErasedValue<T>(leptos::StoredValue<Local, LocalStorage>, PhantomData<fn() -> T>);

impl<T: 'static> ErasedSignal<T> {
    /// A value.
    pub fn new(value: T) -> Self {
        Self(leptos::RwSignal::new_local(Box::new(value)), PhantomData)
    }

    /// Looks at it, again when it changes.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(seen(&**self.0.read()))
    }

    /// Looks at it once.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(seen(&**self.0.read_untracked()))
    }

    /// It changes. Nothing happens when the part of the page that made it is gone.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        if let Some(mut value) = self.0.try_write() {
            change(seen_mut(&mut **value));
        }
    }

    /// It becomes another. Nothing happens when the part of the page that made it is gone.
    pub fn set(self, value: T) {
        self.update(|old| *old = value);
    }

    /// Looks at it again when it changes.
    pub fn track(self) {
        self.0.track();
    }

    /// The value, looked at again when it changes.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// The value as it is now.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }
}

impl<T: PartialEq + Send + Sync + 'static> ErasedMemo<T> {
    /// What follows from the signals that are read.
    pub fn new(follow: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let follow = Box::new(move || Box::new(follow()) as Shared);
        Self(memo(follow, |before, now| seen::<T>(&**before) != seen(&**now)), PhantomData)
    }

    /// It, looked at again when it is another.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        seen::<T>(&**self.0.read()).clone()
    }

    /// It as it is now; none when the part of the page that made it is gone.
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        Some(seen::<T>(&**self.0.try_read_untracked()?).clone())
    }
}

fn memo(follow: Box<dyn Fn() -> Shared + Send + Sync>, differ: fn(&Shared, &Shared) -> bool) -> leptos::Memo<Shared> {
    leptos::Memo::new_owning(move |before: Option<Shared>| {
        let now = follow();
        let changed = before.is_none_or(|before| differ(&before, &now));
        (now, changed)
    })
}

impl<T: 'static> ErasedValue<T> {
    /// A value.
    pub fn new(value: T) -> Self {
        Self(leptos::StoredValue::new_local(Box::new(value)), PhantomData)
    }

    /// Looks at it.
    pub fn with_value<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(seen(&**self.0.read_value()))
    }

    /// The value as it is now.
    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        self.with_value(T::clone)
    }

    /// It changes, and this comes of it; none when the part of the page that made it is gone.
    pub fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        Some(change(seen_mut(&mut **self.0.try_write_value()?)))
    }

    /// It changes. Nothing happens when the part of the page that made it is gone.
    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// It becomes another. Nothing happens when the part of the page that made it is gone.
    pub fn set_value(self, value: T) {
        self.update_value(|old| *old = value);
    }
}

/// Does something now, and again when a value changes that it read.
pub fn effect(act: impl FnMut() + 'static) {
    let act: Box<dyn FnMut()> = Box::new(act);
    leptos::Effect::new(act);
}

/// What is inside is what was put there: the types of the handles say so.
fn seen<T: 'static>(value: &dyn Any) -> &T {
    value.downcast_ref().unwrap_or_else(|| unreachable!("another type than was put there"))
}

fn seen_mut<T: 'static>(value: &mut dyn Any) -> &mut T {
    value.downcast_mut().unwrap_or_else(|| unreachable!("another type than was put there"))
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
