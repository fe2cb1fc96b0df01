//! English strings.

pub(super) mod charts;
pub(super) mod connection;
pub(super) mod find;
pub(super) mod help;
pub(super) mod inspector;
pub(super) mod metrics;
pub(super) mod rooms;
pub(super) mod rows;
pub(super) mod sending;
pub(super) mod shell;
