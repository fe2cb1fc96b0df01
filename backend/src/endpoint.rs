//! A handshake becomes a connection, or a response that says what was wrong with it.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use tracing::debug;

use crate::app::App;
use crate::config::Plain;
use crate::connection::{self, Caller};
use crate::page;
use crate::websocket;

/// The one version of the protocol (RFC 6455, section 4.1).
const VERSION: &str = "13";

/// Answers a request for an endpoint.
pub async fn handle(app: App, mode: Plain, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if !wants_upgrade(&parts.headers) {
        return no_upgrade(&app, &parts).await;
    }
    let Some(&ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "The listener did not say who is calling.\n").into_response();
    };
    if let Some(response) = objection(&app, &parts.headers) {
        debug!(%peer, %mode, status = response.status().as_u16(), "handshake refused");
        return response;
    }
    // Counted from here, so that a server that stops waits for a connection that is being opened.
    let counted = app.connections.token();
    let shared = app.shared;
    // Taken before the answer: whoever has it hears everything that is sent from then on.
    let seat = (mode == Plain::Broadcast).then(|| shared.hub.join());
    let max_message = shared.config.max_message;
    websocket::upgrade(&mut parts, max_message, move |socket| async move {
        connection::serve(socket, Caller { peer, mode, seat }, shared).await;
        drop(counted);
    })
    .await
}

/// What is wrong with a handshake, if anything.
fn objection(app: &App, headers: &HeaderMap) -> Option<Response> {
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != VERSION) {
        return Some(upgrade_required("This server speaks version 13 of the WebSocket protocol.\n"));
    }
    if let Err(forbidden) = app.origins.check(headers) {
        return Some((StatusCode::FORBIDDEN, format!("{forbidden}.\n")).into_response());
    }
    let offers = headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    offers.then(|| (StatusCode::BAD_REQUEST, "This server has no subprotocols: connect without one.\n").into_response())
}

/// Somebody opened an endpoint like a page: say what to do, unless there is a page.
async fn no_upgrade(app: &App, parts: &Parts) -> Response {
    if let Some(response) = page::find(&app.bundle, parts.uri.path(), &parts.headers).await {
        return response;
    }
    let path = parts.uri.path();
    upgrade_required(&format!(
        "{path} is a WebSocket endpoint. Open it with a WebSocket client, such as the page at / or\n\
         \n    new WebSocket(location.origin.replace(\"http\", \"ws\") + \"{path}\")\n\nin the console of a browser.\n"
    ))
}

fn upgrade_required(text: &str) -> Response {
    let headers = [(header::UPGRADE, "websocket"), (header::SEC_WEBSOCKET_VERSION, VERSION)];
    (StatusCode::UPGRADE_REQUIRED, headers, text.to_owned()).into_response()
}

/// `Upgrade: websocket` (RFC 6455, section 4.2.1), perhaps among others.
fn wants_upgrade(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::UPGRADE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|token| token.trim().eq_ignore_ascii_case("websocket"))
}
