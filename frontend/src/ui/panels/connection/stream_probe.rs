//! Requests that find out why an event stream failed.

use super::stream_cause::{Probe, ReadResponse};
use crate::platform::location;
use gloo_timers::callback::Timeout;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, RequestMode, Response};

/// Time limit of a request, in milliseconds.
const LIMIT_MS: u32 = 10_000;

/// Requests the address of an event stream.
pub(super) async fn probe(url: &str) -> Probe {
    let mixed_content = location::is_secure() && url.starts_with("http:");
    let response = request(url, RequestMode::Cors).await.map(|response| ReadResponse {
        status: response.status(),
        content_type: response.headers().get("content-type").ok().flatten().unwrap_or_default(),
    });
    let responds = response.is_some() || request(url, RequestMode::NoCors).await.is_some();
    Probe { mixed_content, response, responds }
}

/// Returns the response without its body, which may never end.
async fn request(url: &str, mode: RequestMode) -> Option<Response> {
    let controller = AbortController::new().ok()?;
    let headers = Headers::new().ok()?;
    // Browsers permit this header in requests to any server.
    headers.set("accept", "text/event-stream").ok()?;
    let init = RequestInit::new();
    init.set_headers(&headers);
    init.set_mode(mode);
    init.set_signal(Some(&controller.signal()));
    let late = controller.clone();
    let _timeout = Timeout::new(LIMIT_MS, move || late.abort());
    let response = JsFuture::from(window().fetch_with_str_and_init(url, &init)).await;
    controller.abort();
    response.ok()?.dyn_into().ok()
}
