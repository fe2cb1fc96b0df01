//! Simplified Chinese strings.

pub(super) mod appearance;
pub(super) mod charts;
pub(super) mod connection;
pub(super) mod connections;
pub(super) mod control;
pub(super) mod copy_as;
pub(super) mod find;
pub(super) mod help;
pub(super) mod inspector;
pub(super) mod metrics;
pub(super) mod rooms;
pub(super) mod rows;
pub(super) mod rules;
pub(super) mod sending;
pub(super) mod shell;
pub(super) mod stream;
pub(super) mod tabs;
pub(super) mod variables;
