//! The page in a browser, with a session that records its events.

#![cfg(target_arch = "wasm32")]

mod binary;
mod charts;
mod compare;
mod composer;
mod connection;
mod connections;
mod control;
mod copy_as;
mod decode;
mod diagnosis;
mod event_source;
mod find;
mod focus;
mod inspector;
mod list;
mod metrics;
mod panes;
mod pins;
mod properties;
mod reload;
mod reopened;
mod repeat;
mod rooms;
mod row_support;
mod rows;
mod rules;
mod selection;
mod sending;
mod server_tokens;
mod status;
mod stay;
mod stubs;
mod support;
mod tab_tools;
mod tabs;
mod variables;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
