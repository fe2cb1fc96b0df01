//! What the embedding program is asked, and what it can do.

pub mod events;
pub mod handle;
