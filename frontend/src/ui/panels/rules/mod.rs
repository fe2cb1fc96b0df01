//! Rules: reactions to received messages. The model is `crate::model::rules`.
//!
//! | content | file |
//! |---|---|
//! | checking of the received messages | [`engine`] |
//! | regular expressions, in a thread | [`expressions`] |
//! | the actions of a rule | [`actions`] |
//! | rows and notices about rules | [`reports`] |
//! | the list | [`list`] |
//! | the form; one action in it | [`form`]; [`action_fields`] |
//! | a rule for the selected row | [`from_row`] |

mod action_fields;
mod actions;
mod engine;
mod expressions;
mod form;
mod from_row;
mod list;
mod reports;

pub use engine::Engine;
pub use from_row::make_button;
pub use list::section;
