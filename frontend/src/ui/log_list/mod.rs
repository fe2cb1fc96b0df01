//! The message list: 100,000 entries, of which those on the screen are elements.
//!
//! | content | file |
//! |---|---|
//! | which entries are on the screen, and following the end | [`list`] |
//! | the view of the list | [`message_list`] |
//! | one row | [`row`] |
//! | elements that are used again | [`row_pool`] |
//! | an entry in words | [`row_text`] |
//! | sizes and positions in the browser | [`layout`] |

mod layout;
mod list;
mod message_list;
mod row;
mod row_pool;
pub mod row_text;

pub use message_list::MessageList;
