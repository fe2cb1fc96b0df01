//! Errors of a database.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Error after which a database cannot be used before it is opened again.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database failed.
    #[error("{0}")]
    Database(Box<redb::Error>),
    /// The place of the database cannot be opened.
    #[error("{0}")]
    Storage(#[from] io::Error),
    /// The database panicked.
    #[error("the database failed an internal check: {0}")]
    Panic(String),
    /// The contents are not those that were written.
    #[error("{0}")]
    Damaged(String),
}

macro_rules! from_redb {
    ($($error:ident)*) => {$(
        impl From<redb::$error> for Fault {
            fn from(error: redb::$error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )*};
}

from_redb!(CommitError DatabaseError SetDurabilityError StorageError TableError TransactionError);

/// Calls `operation`, and turns a panic of the database into an error.
pub fn guarded<T, E>(operation: impl FnOnce() -> Result<T, E>) -> Result<T, Fault>
where
    Fault: From<E>,
{
    match catch_unwind(AssertUnwindSafe(operation)) {
        Ok(result) => result.map_err(Fault::from),
        Err(panic) => Err(Fault::Panic(message(&*panic))),
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
