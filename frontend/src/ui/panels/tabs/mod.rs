//! Several connections: a bar of tabs, and a second pane. The first screen has neither until there is a second
//! connection.
//!
//! | content | file |
//! |---|---|
//! | the bar | [`bar`](mod@bar) |
//! | one tab | [`tab`] |
//! | the second pane | [`pane`](mod@pane) |
//! | the active pane; unique ids | [`panes`] |
//! | keys of the bar, and shortcuts | [`keys`] |
//! | actions of the user | [`actions`] |
//! | the section in the sidebar | [`section`](mod@section) |

mod actions;
mod bar;
mod keys;
mod label;
mod pane;
mod panes;
mod section;
mod tab;

pub use bar::bar;
pub use pane::pane;
pub use section::section;
