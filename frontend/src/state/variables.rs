//! The variables, and messages with references to them.

use super::{Connection, ConnectionPart, PageState, Stored, connection_store::exists};
use crate::{
    model::variables::{BuiltIn, Expanded, Template, VariableError, Variables, built_in::uuid, list::MAX},
    platform::{
        random::random_bytes,
        storage::StorageFull,
        time::{LocalTime, now_ms},
    },
    reactive::ErasedValue,
};
use gloo_timers::callback::Timeout;
use leptos::prelude::untrack;
use yodel_protocol::Json;

/// Storage name of the variables.
pub const VARIABLES: &str = "yodel.variables";
/// Time between a value that a rule set and its storage, in milliseconds. Rules may set thousands of values in a
/// second, and the storage takes long for each.
const SAVE_DELAY_MS: u32 = 500;

impl Stored for Variables {
    fn to_json(&self) -> Json {
        self.to_json()
    }

    fn from_json(json: &Json) -> Option<Self> {
        Self::from_json(json)
    }
}

/// Values of a connection.
#[derive(Clone, Default)]
struct Unsaved {
    /// Id of the saved connection that was chosen when they were set.
    saved_id: Option<String>,
    values: Variables,
}

/// The variables.
pub struct VariableStore {
    connection: &'static Connection,
    stored: ConnectionPart<Variables>,
    /// Values that rules set and that are not stored yet.
    unsaved: ErasedValue<Unsaved>,
    is_scheduled: ErasedValue<bool>,
    /// The address for which [`BuiltIn::Counter`] counts, and its last value.
    counter: ErasedValue<(String, u64)>,
    /// Called when the storage has no room for the values of rules.
    on_full: fn(&'static PageState),
    page: &'static PageState,
}

impl VariableStore {
    /// Loads the variables. `on_full` is called when the storage has no room for a value that a rule set; it is kept in
    /// memory.
    pub fn load(page: &'static PageState, on_full: fn(&'static PageState)) -> &'static Self {
        Box::leak(Box::new(Self {
            connection: page.connection,
            stored: ConnectionPart::load(VARIABLES, page.connection),
            unsaved: ErasedValue::new(Unsaved::default()),
            is_scheduled: ErasedValue::new(false),
            counter: ErasedValue::new((String::new(), 0)),
            on_full,
            page,
        }))
    }

    /// Reads the stored variables, tracked.
    pub fn with<U>(&self, read: impl FnOnce(&Variables) -> U) -> U {
        self.stored.with(read)
    }

    /// Replaces the references in a message, untracked.
    pub fn expand(&self, template: &Template) -> Expanded {
        untrack(|| template.expand(|name| self.value(name)))
    }

    /// Returns the distinct names in a message that are not defined, tracked.
    pub fn undefined(&self, template: &Template) -> Vec<String> {
        let mut undefined: Vec<String> = Vec::new();
        for name in template.names() {
            if BuiltIn::of(name).is_none()
                && self.variable(name).is_none()
                && !undefined.iter().any(|known| known == name)
            {
                undefined.push(name.to_owned());
            }
        }
        undefined
    }

    /// Changes the stored variables.
    ///
    /// # Errors
    /// Returns [`StorageFull`], and changes nothing, if the storage has no room.
    pub fn change<U>(&self, change: impl FnOnce(&mut Variables) -> U) -> Result<U, StorageFull> {
        // The user's change comes after what the rules set.
        self.save()?;
        self.stored.change(change)
    }

    /// Sets a variable; it is stored a little later.
    ///
    /// # Errors
    /// Returns an error if the value is too long, or there are too many variables.
    pub fn set(&'static self, name: &str, value: &str) -> Result<(), VariableError> {
        self.leave_connection();
        let set = |stored: &Variables, unsaved: &mut Variables| {
            let new = unsaved.iter().filter(|variable| stored.get(&variable.name).is_none()).count();
            let is_known = stored.get(name).is_some() || unsaved.get(name).is_some();
            if !is_known && stored.iter().len() + new >= MAX {
                return Err(VariableError::Count);
            }
            unsaved.set(name, value)
        };
        let set = |Unsaved { values, .. }: &mut Unsaved| untrack(|| self.stored.with(|stored| set(stored, values)));
        self.unsaved.try_update_value(set).unwrap_or(Ok(()))?;
        self.schedule();
        Ok(())
    }

    fn value(&self, name: &str) -> Option<String> {
        match BuiltIn::of(name) {
            Some(BuiltIn::Uuid) => Some(uuid(random_bytes())),
            Some(BuiltIn::Timestamp) => Some(now_ms().to_string()),
            Some(BuiltIn::IsoTimestamp) => Some(LocalTime::new(now_ms()).iso()),
            Some(BuiltIn::Counter) => Some(self.next_count().to_string()),
            None => self.variable(name),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        let saved_id = self.stored.saved_id();
        let unsaved = self
            .unsaved
            .with_value(|unsaved| unsaved.values.get(name).filter(|_| unsaved.saved_id == saved_id).map(str::to_owned));
        unsaved.or_else(|| self.stored.with(|stored| stored.get(name).map(str::to_owned)))
    }

    /// Returns the next value of the counter, from 1 for each address.
    fn next_count(&self) -> u64 {
        let url = self.connection.url.get_untracked();
        let next = |(address, count): &mut (String, u64)| {
            if *address != url {
                (*address, *count) = (url, 0);
            }
            *count += 1;
            *count
        };
        self.counter.try_update_value(next).unwrap_or(1)
    }

    fn schedule(&'static self) {
        if !self.is_scheduled.try_update_value(|scheduled| std::mem::replace(scheduled, true)).unwrap_or(true) {
            Timeout::new(SAVE_DELAY_MS, move || {
                self.is_scheduled.set_value(false);
                if self.save().is_err() {
                    (self.on_full)(self.page);
                }
            })
            .forget();
        }
    }

    /// Stores what rules set for another connection than the chosen one. Without room it is lost, and reported.
    fn leave_connection(&self) {
        let saved_id = self.stored.saved_id();
        if self.unsaved.with_value(|unsaved| unsaved.saved_id == saved_id) {
            return;
        }
        if self.save().is_err() {
            (self.on_full)(self.page);
        }
        self.unsaved.set_value(Unsaved { saved_id, values: Variables::default() });
    }

    /// Stores what the rules set, for the connection that was chosen then, unless that was deleted. If there is no room,
    /// it stays in memory.
    fn save(&self) -> Result<(), StorageFull> {
        let Unsaved { saved_id, values } = self.unsaved.get_value();
        if values.is_empty() {
            return Ok(());
        }
        if saved_id.as_deref().is_none_or(exists) {
            self.stored.change_of(saved_id.as_deref(), |stored| {
                for variable in values.iter() {
                    // There may be too many by now, in another tab.
                    let _ = stored.set(&variable.name, &variable.value);
                }
            })?;
        }
        self.unsaved.update_value(|unsaved| unsaved.values = Variables::default());
        Ok(())
    }
}
