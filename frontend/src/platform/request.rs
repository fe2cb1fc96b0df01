//! HTTP requests to the page's own server. Each ends: with a response, an error, or the time limit.

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// Time limit of a request with its response, in milliseconds.
const LIMIT_MS: u32 = 10_000;

/// Requests a path; `None` without a response.
pub async fn get(path: &str, init: &RequestInit) -> Option<Response> {
    // A browser without `AbortSignal.timeout` ends requests by itself, after minutes.
    let _ = set_limit(init);
    JsFuture::from(window().fetch_with_str_and_init(path, init)).await.ok()?.dyn_into().ok()
}

fn set_limit(init: &RequestInit) -> Result<bool, JsValue> {
    let class = Reflect::get(&js_sys::global(), &"AbortSignal".into())?;
    let timeout: Function = Reflect::get(&class, &"timeout".into())?.dyn_into()?;
    Reflect::set(init, &"signal".into(), &timeout.call1(&class, &LIMIT_MS.into())?)
}
