//! The page in a browser, with a session that records its events.

#![cfg(target_arch = "wasm32")]

mod binary;
mod charts;
mod composer;
mod connection;
mod control;
mod diagnosis;
mod event_source;
mod find;
mod focus;
mod inspector;
mod list;
mod metrics;
mod properties;
mod reload;
mod repeat;
mod rooms;
mod selection;
mod sending;
mod server_tokens;
mod status;
mod stubs;
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
