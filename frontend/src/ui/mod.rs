//! Views of the page.

pub mod focus;
pub mod keys;
pub mod log_list;
pub mod panels;
pub mod section;
pub mod shell;
pub mod widgets;
