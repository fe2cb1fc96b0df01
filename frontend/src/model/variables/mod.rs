//! Variables that messages refer to.
//!
//! | content | file |
//! |---|---|
//! | names and values | [`list`] |
//! | messages with references: `{{name}}` | [`template`] |
//! | references with a new value each time: `{{$uuid}}` | [`built_in`] |

pub mod built_in;
pub mod list;
pub mod template;

pub use built_in::BuiltIn;
pub use list::{VariableError, Variables};
pub use template::{Expanded, Template};
