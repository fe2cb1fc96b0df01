//! Asks the page's own server over HTTP. Others cannot be asked: the page's policy and the
//! browser's both keep their answers from it.

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Where a server says that it is there.
const HEALTH: &str = "/health";

/// Whether the own server answers at all.
pub async fn is_healthy() -> bool {
    status(HEALTH).await.is_some()
}

/// What a WebSocket address of the own server answers to an ordinary request.
pub async fn status_of(url: &str) -> Option<u16> {
    let (_, rest) = url.split_once("://")?;
    let path = rest.find(['/', '?']).map_or("/", |at| &rest[at..]);
    status(path).await
}

async fn status(path: &str) -> Option<u16> {
    let response = JsFuture::from(window().fetch_with_str(path)).await.ok()?;
    Some(response.dyn_into::<Response>().ok()?.status())
}
