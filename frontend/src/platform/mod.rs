//! Browser APIs behind plain functions. Each may be missing or forbidden; the page works without it.

pub mod browser;
pub mod clipboard;
pub mod download;
pub mod encoding;
