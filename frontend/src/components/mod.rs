//! The visible things.

mod address_field;
mod announcer;
mod composer;
mod message_list;
mod notice;
mod row;
mod status_line;
mod toolbox;

pub use announcer::Announcer;
pub use composer::Composer;
pub use message_list::MessageList;
pub use notice::Notice;
pub use status_line::StatusLine;
pub use toolbox::Toolbox;
