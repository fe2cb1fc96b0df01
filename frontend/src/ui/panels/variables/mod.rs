//! Variables: their list, and the references in the message field. The state is `crate::state::VariableStore`.
//!
//! | content | file |
//! |---|---|
//! | names and values | [`list`] |
//! | references for the message field | [`insert`](mod@insert) |
//! | replacing references before a message is sent | [`expander`] |

mod expander;
mod insert;
mod list;

pub use expander::{install, remember};
pub use insert::{insert, undefined};
pub use list::section;
