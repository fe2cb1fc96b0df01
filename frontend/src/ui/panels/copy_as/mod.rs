//! The menu that copies a connection or a message as a command or a program.
//!
//! | content | file |
//! |---|---|
//! | the view | [`menu`](mod@menu) |
//! | the result of copying, in words | [`status`] |

mod menu;
mod status;

pub use menu::menu;
