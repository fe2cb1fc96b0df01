//! Rooms as Server-Sent Events, for clients that only receive, such as a browser or curl.
//!
//! | content | file |
//! |---|---|
//! | access and start position | here, `since` |
//! | response: headers, body | `headers`, `body` |
//! | response to a client that should return later | `retry_later` |

mod body;
mod headers;
mod retry_later;
mod since;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as ResponseDoc};
use yodel_protocol::RoomName;

use crate::auth::{Action, Identity};
use crate::connection::admission::{Mode, RejectReason};
use crate::connection::event_stream;
use crate::hooks::request_head::RequestHead;
use crate::http::access;
use crate::http::error::{self, ApiError};
use crate::http::extract::ApiPath;
use crate::http::peer::Peer;
use crate::http::state::AppState;
use crate::limits::server_metrics::AuthFailure;

use body::EventStream;

/// Streams the messages of a room as Server-Sent Events.
///
/// The first event contains the position, and whether all missed messages follow. The id of each message is its
/// position, so a client that reconnects with `Last-Event-ID` misses none.
///
/// A request with `Accept: text/event-stream`, as of an `EventSource`, gets 200 instead of a rejection with
/// `Retry-After`: a stream that ends after its `retry` field. `HEAD` checks access and joins nothing.
#[utoipa::path(
    get,
    path = "/sse/{room}",
    tag = "events",
    security((), ("bearer" = [])),
    params(
        ("room" = String, Path, description = "Name of the room, percent-encoded."),
        ("since" = Option<String>, Query, description = "Id of the last received event, as EPOCH:OFFSET."),
        ("Last-Event-ID" = Option<String>, Header, description = "The same; it takes precedence over `since`.")
    ),
    responses((status = 200, description = "An unbounded stream of events.", body = String, content_type = "text/event-stream"), StreamErrors)
)]
pub async fn listen(
    State(app): State<AppState>,
    Peer(peer): Peer,
    ApiPath(room): ApiPath<RoomName>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let opened = open(&app, peer, room, method, &uri, query, &headers).await;
    opened.or_else(|error| retry_later::respond(&app, &headers, error))
}

/// Rejects a request because the server has reached its limit of sockets.
pub async fn reject(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    app.origins.check(&headers)?;
    app.admission.count_rejected(RejectReason::Sockets);
    retry_later::respond(&app, &headers, RejectReason::Sockets.into())
}

/// Opens the stream of a request.
async fn open(
    app: &AppState,
    peer: SocketAddr,
    room: RoomName,
    method: Method,
    uri: &Uri,
    query: Option<String>,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    app.origins.check(headers)?;
    if room.is_everyone() {
        return Err(ApiError::bad_request("The room name `*` is reserved for broadcasts and cannot be joined."));
    }
    let since = since::read(headers, query.as_deref())?;
    let head = access::request_head(app, uri, headers, peer);
    // Before the token is verified, which costs more.
    let admitted = app.admission.admit(peer, Mode::Sse)?;
    let identity = authorize(app, uri, headers, &room, head.as_ref()).await?;
    if method == Method::HEAD {
        return Ok(headers::of_stream(headers).into_response()); // Has no body, so nothing is joined.
    }
    admitted.count_accepted();
    let request = event_stream::StreamRequest { identity, peer, room, since, head };
    let opened = event_stream::open(request, Arc::clone(&app.server)).await;
    let chunks = opened.inspect_err(|error| {
        if matches!(error, event_stream::OpenError::UserLimit) {
            app.admission.count_rejected(RejectReason::User);
        }
    })?;
    let mut response = Body::from_stream(EventStream::new(chunks, admitted)).into_response();
    response.headers_mut().extend(headers::of_stream(headers));
    Ok(response)
}

/// Returns the identity of a request that may join the room; counts a failure.
async fn authorize(
    app: &AppState,
    uri: &Uri,
    headers: &HeaderMap,
    room: &RoomName,
    head: Option<&RequestHead>,
) -> Result<Identity, ApiError> {
    let reject = |failure, status: StatusCode, detail: String| {
        app.server.metrics.add_auth_failure(failure);
        app.server.metrics.add_rejection(status.canonical_reason().unwrap_or_default());
        ApiError::new(status, detail)
    };
    match access::identify(app, uri.path(), headers, head).await {
        Ok(Some(identity)) if identity.may(Action::Join, room.as_str()) => Ok(identity),
        Ok(Some(_)) => Err(reject(
            AuthFailure::Forbidden,
            StatusCode::FORBIDDEN,
            format!("Permission denied: join in room {room}."),
        )),
        Ok(None) => Err(reject(AuthFailure::Missing, StatusCode::UNAUTHORIZED, access::TOKEN_REQUIRED.to_owned())),
        Err(error) => Err(reject(error.failure(), access::status(&error), format!("{error}."))),
    }
}

/// Error responses of `/sse`.
struct StreamErrors;

impl IntoResponses for StreamErrors {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        error::error_responses(&[
            (400, "The room name or the position is invalid."),
            (401, "The token is missing or invalid."),
            (403, "The user lacks the permission to join the room, or the origin or the host is not allowed."),
            (
                429,
                "The address or the user has reached its limit of connections, or a hook limits joins. See `Retry-After`.",
            ),
            (500, "A hook failed."),
            (503, "The server is shutting down or has reached a connection or room limit. See `Retry-After`."),
        ])
    }
}
