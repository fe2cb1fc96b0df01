//! A handshake becomes a connection, or a response that says what was wrong with it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{NestedPath, Request};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use tracing::debug;
use yodel_protocol::SUBPROTOCOL;

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
use crate::http::state::App;
use crate::http::subprotocol;
use crate::hub::LOBBY;
use crate::identity_session::authentication::AuthenticationError;
use crate::limits::server_metrics::{AuthFailure, ServerMetrics};
use yodel_websocket::extension::Takeover;
use yodel_websocket::handshake::{self as opening, Handshake};

/// Answers a request for an endpoint.
pub async fn handle(app: App, mode: Plain, mut request: Request) -> Response {
    let (upgrade, protocol) = (hyper::upgrade::on(&mut request), handshake::connect_protocol(&request));
    let (parts, _) = request.into_parts();
    if !opening::is_wanted(&parts, protocol.as_deref()) {
        return no_upgrade(&app, &parts).await;
    }
    let peer = match peer::address(&app, &parts.extensions) {
        Ok(peer) => peer,
        Err(error) => return error.into_response(),
    };
    let tally = app.shared.metrics.clone();
    open(app, mode, peer, &parts, upgrade).await.unwrap_or_else(|objection| {
        debug!(%peer, %mode, status = objection.status().as_u16(), "handshake refused");
        // Who may not come in now was counted at the door.
        if !matches!(objection.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            metrics.add_rejection(objection.status().canonical_reason().unwrap_or("handshake"));
        }
        *objection
    })
}

/// Opens a connection, unless there is something against it.
async fn open(
    app: App,
    mode: Plain,
    peer: SocketAddr,
    parts: &Parts,
    upgrade: OnUpgrade,
) -> Result<Response, Box<Response>> {
    let shared = Arc::clone(&app.shared);
    let config = &shared.config;
    let language = subprotocol::choose(&parts.headers, parts.uri.query()).map_err(IntoResponse::into_response)?;
    // What is compressed for many at once cannot refer to what one of them got before.
    let takeover = takeover(config.compression).map(|takeover| match language {
        WireFormat::Envelope => Takeover::Refused,
        WireFormat::Plain | WireFormat::Events => takeover,
    });
    let opening = Handshake::check(parts, takeover).map_err(handshake::refused)?;
    app.origins
        .check(&parts.headers)
        .map_err(|forbidden| (StatusCode::FORBIDDEN, format!("{forbidden}.\n")).into_response())?;
    // A path that needs no token is for those who can do no more than it does: in `yodel.v1` that is
    // everything, whatever the path.
    let exempt = if language == WireFormat::Envelope { "" } else { parts.uri.path() };
    let head = access::request_head(&app, &parts.uri, &parts.headers, peer);
    let identity = access::identify(&app, exempt, &parts.headers, head.as_ref()).await;
    note(&shared.metrics, &identity, language);
    let (spoken, class) = match (language, mode) {
        (WireFormat::Envelope, _) => (Speaker::Envelope(identity), Mode::Envelope),
        (_, Plain::Echo) => (Speaker::Plain(plain_identity(identity, mode)?), Mode::Echo),
        (_, Plain::Broadcast) => (Speaker::Plain(plain_identity(identity, mode)?), Mode::Broadcast),
    };
    let admitted = app.admission.admit(peer, class).map_err(refused)?;
    let window = opening.compression.map(|agreed| agreed.server_window);
    let handle = Arc::new(ConnectionHandle::new(Outbox::new(language, window, config.max_queue)));
    // Whoever has the answer hears everything that is sent from then on.
    let kind = match spoken {
        Speaker::Plain(identity) => {
            Spoken::Plain(PlainMode::new(mode, identity, &handle, head, &shared, &shared.session_context(peer)))
        }
        Speaker::Envelope(identity) => {
            let mode = EnvelopeMode::new(mode, identity, &handle, head, &shared, &shared.session_context(peer));
            Spoken::Envelope(Box::new(mode))
        }
    };
    let mut response = handshake::accepted(&opening);
    if subprotocol::is_offered(&parts.headers) && language == WireFormat::Envelope {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    // Counted from here, so that a shutdown waits for a connection that is being opened.
    shared.connections.clone().spawn_io(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => upgraded,
            Err(error) => return debug!(%peer, %error, "the handshake was not finished"),
        };
        let max_message = shared.config.max_message;
        let socket = Socket::from_upgraded(upgraded, handle, max_message, opening.compression.as_ref());
        // A task of its own: what the handshake needed is not kept.
        shared.connections.clone().spawn_connection(match kind {
            Spoken::Plain(mode) => ConnectionTask::plain(socket, mode, app.shared, admitted),
            Spoken::Envelope(mode) => ConnectionTask::envelope(socket, *mode, app.shared, admitted),
        });
    });
    Ok(response)
}

/// Returns whether context takeover is agreed to; `None` without compression.
fn takeover(compression: Compression) -> Option<Takeover> {
    match compression {
        Compression::On => Some(Takeover::Refused),
        Compression::Off => None,
        Compression::Takeover => Some(Takeover::Allowed),
    }
}

/// Counts who is not let in; in `yodel.v1` a token may still come.
fn note(metrics: &ServerMetrics, identity: &Result<Option<Identity>, AuthenticationError>, language: WireFormat) {
    match identity {
        Err(error) => metrics.add_auth_failure(error.failure()),
        Ok(None) if language == WireFormat::Plain => metrics.add_auth_failure(AuthFailure::Missing),
        Ok(_) => {}
    }
}

/// Returns the identity of a plain-mode connection; others are told by the status. (In `yodel.v1` they are
/// told by the close code: browsers do not show scripts a status.)
fn plain_identity(
    identity: Result<Option<Identity>, AuthenticationError>,
    mode: Plain,
) -> Result<Identity, Box<Response>> {
    let identity = match identity {
        Ok(Some(identity)) => identity,
        Ok(None) => return Err(Box::new(not_authenticated(StatusCode::UNAUTHORIZED, access::TOKEN_WANTED))),
        Err(error) => return Err(Box::new(not_authenticated(access::status(&error), &error.to_string()))),
    };
    let lobby = identity.may(Action::Join, LOBBY) && identity.may(Action::Publish, LOBBY);
    if mode == Plain::Broadcast && !lobby {
        let text = "This user may not join and publish in the lobby.\n";
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

/// Who calls: in plain mode it has to be known by now.
enum Speaker {
    Plain(Identity),
    Envelope(Result<Option<Identity>, AuthenticationError>),
}

/// What a connection begins with.
enum Spoken {
    Plain(PlainMode),
    Envelope(Box<EnvelopeMode>),
}

fn refused(refused: RejectReason) -> Response {
    let headers = [(header::RETRY_AFTER, refused.retry_after())];
    (refused.status(), headers, format!("{refused}\n")).into_response()
}

/// Somebody opened an endpoint like a page: say what to do, unless there is a page.
async fn no_upgrade(app: &App, parts: &Parts) -> Response {
    if let Some(response) = assets::find(app.assets.as_ref(), parts.uri.path(), &parts.headers).await {
        return response;
    }
    // As the client sees it: a mounted router is given the rest of the path.
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
    fn who_is_refused_is_told_when_to_come_back() {
        for (why, status, seconds) in [
            (RejectReason::Stopping, 503, "5"),
            (RejectReason::Full, 503, "10"),
            (RejectReason::Address, 429, "10"),
            (RejectReason::Rate, 503, "1"),
        ] {
            let response = refused(why);
            assert_eq!(response.status().as_u16(), status, "{why}");
            assert_eq!(response.headers()[header::RETRY_AFTER], seconds, "{why}");
        }
    }
}
