//! The message list: 100,000 entries, of which only the visible ones are elements.
//!
//! | content | file |
//! |---|---|
//! | visible rows; following the end | [`list`]; [`following`] |
//! | view of the list | [`message_list`] |
//! | one row | [`row`] |
//! | reuse of row elements; the rows in the document | [`row_pool`], [`rows`] |
//! | texts of a row | [`row_text`] |
//! | sizes and positions in the browser | [`layout`] |

mod following;
mod layout;
mod list;
mod message_list;
mod row;
mod row_pool;
pub mod row_text;
mod rows;

pub use message_list::MessageList;
