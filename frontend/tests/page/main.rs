//! The visible page in a browser, with a session that only writes down what it is asked for.

#![cfg(target_arch = "wasm32")]

mod admin;
mod composer;
mod connection;
mod find;
mod inspector;
mod known;
mod list;
mod live;
mod outside;
mod reload;
mod repeating;
mod rooms;
mod sending;
mod status;
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
