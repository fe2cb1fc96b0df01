//! Handles WebSocket handshakes: opens a connection, or returns an error response.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{NestedPath, Request};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use tracing::debug;

use crate::auth::{Action, Identity};
use crate::config::{Compression, Plain};
use crate::connection::admission::{Mode, RejectReason};
use crate::connection::envelope::mode::EnvelopeMode;
use crate::connection::handle::ConnectionHandle;
use crate::connection::outbox::Outbox;
use crate::connection::plain::mode::PlainMode;
use crate::connection::socket::Socket;
use crate::connection::task::ConnectionTask;
use crate::encode::WireFormat;
use crate::http::access;
use crate::http::assets;
use crate::http::handshake;
use crate::http::peer;
use crate::http::state::AppState;
use crate::http::subprotocol::{self, Selection};
use crate::hub::{LOBBY, UserLimitReached};
use crate::identity_session::authentication::AuthenticationError;
use crate::limits::server_metrics::{AuthFailure, ServerMetrics};
use crate::net::stream_tasks;
use yodel_websocket::extension::ContextTakeover;
use yodel_websocket::handshake::{self as opening, Handshake};

/// Explanation for pages, which cannot set headers.
const PAGE_TOKEN: &str = "A page sends it as a subprotocol: new WebSocket(url, [\"yodel.plain\", \"bearer.TOKEN\"]).";

/// Handles a request for a WebSocket endpoint.
pub async fn handle(app: AppState, plain: Plain, mut request: Request) -> Response {
    let (upgrade, protocol) = (hyper::upgrade::on(&mut request), handshake::connect_protocol(&request));
    let (parts, _) = request.into_parts();
    if !opening::is_upgrade(&parts, protocol.as_deref()) {
        return respond_without_upgrade(&app, &parts).await;
    }
    let peer = match peer::address(&app, &parts.headers, &parts.extensions) {
        Ok(peer) => peer,
        Err(error) => return error.into_response(),
    };
    let metrics = app.server.metrics.clone();
    open(app, plain, peer, &parts, upgrade).await.unwrap_or_else(|response| {
        debug!(%peer, mode = %plain, status = response.status().as_u16(), "handshake rejected");
        // The admission has counted these already.
        if !matches!(response.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            metrics.add_rejection(response.status().canonical_reason().unwrap_or("handshake"));
        }
        *response
    })
}

/// Validates the handshake and opens the connection.
///
/// # Errors
/// Returns the response of a handshake that is invalid, not allowed or beyond a limit.
async fn open(
    app: AppState,
    plain: Plain,
    peer: SocketAddr,
    parts: &Parts,
    upgrade: OnUpgrade,
) -> Result<Response, Box<Response>> {
    let server = Arc::clone(&app.server);
    let config = &server.config;
    let Selection { format, subprotocol } =
        subprotocol::choose(&parts.headers, parts.uri.query()).map_err(IntoResponse::into_response)?;
    // The frames of a room are compressed once for all receivers, so they cannot refer to earlier messages of one.
    let takeover = takeover(config.compression).map(|takeover| match format {
        WireFormat::Envelope => ContextTakeover::Disabled,
        WireFormat::Plain | WireFormat::Events => takeover,
    });
    let opening = Handshake::check(parts, takeover).map_err(handshake::rejected)?;
    app.origins.check(&parts.headers).map_err(|error| access::forbidden(&error).into_response())?;
    // Exempting a path from authentication applies to plain connections only: `yodel.v1` gives access to every room,
    // independent of the path.
    let exempt = if format == WireFormat::Envelope { "" } else { parts.uri.path() };
    let mode = match (format, plain) {
        (WireFormat::Envelope, _) => Mode::Envelope,
        (_, Plain::Echo) => Mode::Echo,
        (_, Plain::Broadcast) => Mode::Broadcast,
    };
    // Before the token is verified, which costs more.
    let admitted = app.admission.admit(peer, mode).map_err(rejected)?;
    let head = access::request_head(&app, &parts.uri, &parts.headers, peer);
    let identity = access::identify(&app, exempt, &parts.headers, head.as_ref()).await;
    count_failure(&server.metrics, &identity, format);
    let client = match format {
        WireFormat::Envelope => ClientIdentity::Envelope(identity),
        WireFormat::Plain | WireFormat::Events => ClientIdentity::Plain(plain_identity(identity, plain)?),
    };
    let window = opening.compression.map(|agreed| agreed.server_window);
    let handle = Arc::new(ConnectionHandle::new(Outbox::new(format, window, config.max_queue, server.budget.clone())));
    // The lobby is joined before the response, so that the client misses no later message.
    let initial_mode = match client {
        ClientIdentity::Plain(identity) => {
            PlainMode::new(plain, identity, &handle, head, &server, &server.session_context(peer))
                .map(InitialMode::Plain)
        }
        ClientIdentity::Envelope(identity) => {
            let mode = EnvelopeMode::new(plain, identity, &handle, head, &server, &server.session_context(peer));
            mode.map(|mode| InitialMode::Envelope(Box::new(mode)))
        }
    };
    let initial_mode = initial_mode.map_err(|UserLimitReached| {
        app.admission.count_rejected(RejectReason::User);
        rejected(RejectReason::User)
    })?;
    admitted.count_accepted();
    let mut response = handshake::accepted(&opening);
    if let Some(subprotocol) = subprotocol {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol));
    }
    // The task counts as a connection, so that a shutdown waits for an upgrade in progress.
    server.connections.clone().spawn_io(stream_tasks::of_current(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => upgraded,
            Err(error) => return debug!(%peer, %error, "upgrade failed"),
        };
        let max_message = server.config.max_message;
        let socket = Socket::from_upgraded(upgraded, handle, max_message, opening.compression.as_ref());
        // A separate task frees the state of the handshake.
        server.connections.clone().spawn_connection(match initial_mode {
            InitialMode::Plain(mode) => ConnectionTask::plain(socket, mode, app.server, admitted),
            InitialMode::Envelope(mode) => ConnectionTask::envelope(socket, *mode, app.server, admitted),
        });
    }));
    Ok(response)
}

/// Returns whether context takeover may be negotiated; `None` without compression.
fn takeover(compression: Compression) -> Option<ContextTakeover> {
    match compression {
        Compression::On => Some(ContextTakeover::Disabled),
        Compression::Off => None,
        Compression::Takeover => Some(ContextTakeover::Enabled),
    }
}

/// Counts a failed authentication. In `yodel.v1`, a missing token may still be sent in a frame.
fn count_failure(
    metrics: &ServerMetrics,
    identity: &Result<Option<Identity>, AuthenticationError>,
    format: WireFormat,
) {
    match identity {
        Err(error) => metrics.add_auth_failure(error.failure()),
        Ok(None) if format == WireFormat::Plain => metrics.add_auth_failure(AuthFailure::Missing),
        Ok(_) => {}
    }
}

/// Returns the identity of a plain connection.
///
/// # Errors
/// Returns the error response if the client is not authenticated or lacks a permission. (In `yodel.v1` a close code
/// reports that, because browsers hide the status from scripts.)
fn plain_identity(
    identity: Result<Option<Identity>, AuthenticationError>,
    plain: Plain,
) -> Result<Identity, Box<Response>> {
    let identity = match identity {
        Ok(Some(identity)) => identity,
        Ok(None) => {
            let text = format!("{} {PAGE_TOKEN}", access::TOKEN_REQUIRED);
            return Err(Box::new(not_authenticated(StatusCode::UNAUTHORIZED, &text)));
        }
        Err(error) => return Err(Box::new(not_authenticated(access::status(&error), &error.to_string()))),
    };
    let lobby = identity.may(Action::Join, LOBBY) && identity.may(Action::Publish, LOBBY);
    if plain == Plain::Broadcast && !lobby {
        let text = "Permission denied: broadcasting requires join and publish in the lobby.\n";
        return Err(Box::new((StatusCode::FORBIDDEN, text).into_response()));
    }
    Ok(identity)
}

fn not_authenticated(status: StatusCode, text: &str) -> Response {
    let mut response = (status, format!("{text}\n")).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Identity of the client. A plain connection must be authenticated by now.
enum ClientIdentity {
    Plain(Identity),
    Envelope(Result<Option<Identity>, AuthenticationError>),
}

/// Initial mode of a connection.
enum InitialMode {
    Plain(PlainMode),
    Envelope(Box<EnvelopeMode>),
}

/// Returns the response of a rejected connection, which says when to retry.
pub fn rejected(reason: RejectReason) -> Response {
    let headers = [(header::RETRY_AFTER, reason.retry_after())];
    (reason.status(), headers, format!("{reason}\n")).into_response()
}

/// Responds to a request without an upgrade: with the page if it has this path, else with instructions.
async fn respond_without_upgrade(app: &AppState, parts: &Parts) -> Response {
    if let Err(error) = app.origins.check_host(&parts.headers) {
        return access::forbidden(&error).into_response();
    }
    if let Some(response) = assets::find(app.assets.as_ref(), parts.uri.path(), &parts.headers).await {
        return response;
    }
    // The full path: a mounted router sees only the part after its prefix.
    let mount = parts.extensions.get::<NestedPath>().map_or("", NestedPath::as_str);
    let path = format!("{mount}{}", parts.uri.path());
    handshake::upgrade_required(&format!(
        "{path} is a WebSocket endpoint. Open it with a WebSocket client, such as the page at / or\n\
         \n    new WebSocket(location.origin.replace(\"http\", \"ws\") + \"{path}\")\n\nin the console of a browser."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_retry_after_with_a_rejection() {
        for (reason, status, seconds) in [
            (RejectReason::Stopping, 503, "5"),
            (RejectReason::Full, 503, "10"),
            (RejectReason::Address, 429, "10"),
            (RejectReason::User, 429, "10"),
            (RejectReason::Rate, 503, "1"),
            (RejectReason::Sockets, 503, "10"),
        ] {
            let response = rejected(reason);
            assert_eq!(response.status().as_u16(), status, "{reason}");
            assert_eq!(response.headers()[header::RETRY_AFTER], seconds, "{reason}");
        }
    }
}
