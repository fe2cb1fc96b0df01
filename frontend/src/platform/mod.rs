//! Browser APIs behind plain functions. Each may be missing or forbidden; the page works without it.
//!
//! | content | file |
//! |---|---|
//! | files for the user | [`download`] |
//! | the clipboard | [`clipboard`] |
//! | the clock, and times as text | [`time`] |
//! | the document | [`dom`] |
//! | the page's address | [`location`] |
//! | values that survive a reload | [`storage`] |
//! | notifications of the operating system | [`notification`] |
//! | random numbers and texts | [`random`] |
//! | HTTP requests that end | [`request`] |
//! | a part of the page that could not be downloaded | [`load_error`] |
//! | bytes as text; pure | [`encoding`] |

pub mod clipboard;
pub mod dom;
pub mod download;
pub mod encoding;
pub mod load_error;
pub mod location;
pub mod notification;
pub mod random;
pub mod request;
pub mod storage;
pub mod time;
