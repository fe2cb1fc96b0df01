//! HTTP requests to the page's own server. The browser's same-origin policy forbids to read the responses of other
//! WebSocket servers.

use crate::platform::request;
use web_sys::RequestInit;

/// Path of the health check.
const HEALTH: &str = "/health";

/// Returns whether the own server responds.
pub async fn is_healthy() -> bool {
    status(HEALTH).await.is_some()
}

/// Returns the HTTP status of a `WebSocket` URL on the own server; `None` without a response.
pub async fn status_of(url: &str) -> Option<u16> {
    let (_, rest) = url.split_once("://")?;
    let path = rest.find(['/', '?']).map_or("/", |at| &rest[at..]);
    status(path).await
}

async fn status(path: &str) -> Option<u16> {
    request::get(path, &RequestInit::new()).await.map(|response| response.status())
}
