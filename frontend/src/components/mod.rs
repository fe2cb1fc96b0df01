//! The visible things.

mod address_field;
mod announcer;
mod composer;
mod list;
mod message_list;
mod notice;
mod row;
mod shape;
mod slots;
mod status_line;
mod title;
mod toolbox;
mod wording;

pub use announcer::Announcer;
pub use composer::{Composer, FIELD, field, focus_field};
pub use list::INSPECTOR;
pub use message_list::{LIST, MessageList};
pub use notice::Notice;
pub use row::clock;
pub use status_line::StatusLine;
pub use title::keep_title;
pub use toolbox::Toolbox;
pub use wording::{content, lead, server, state};
