//! A room as Server-Sent Events: for those who only listen, with nothing but a browser or curl.
//!
//! | idea | file |
//! |---|---|
//! | who may listen, and from where on | here, `since` |
//! | what is handed to HTTP | `body` |

mod body;
mod since;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as Described};
use yodel_protocol::RoomName;

use crate::auth::{Action, Identity};
use crate::connection::admission::Mode;
use crate::connection::event_stream;
use crate::hooks::request_head::RequestHead;
use crate::http::access;
use crate::http::error::{self, Problem};
use crate::http::extract::Named;
use crate::http::peer::Peer;
use crate::http::state::App;
use crate::limits::server_metrics::AuthFailure;

use body::EventStream;

/// Hears a room, as Server-Sent Events.
///
/// The first event says at which position, and whether all that was missed comes next. Each message
/// has its position as id, so that who comes back with `Last-Event-ID` misses nothing.
#[utoipa::path(
    get,
    path = "/sse/{room}",
    tag = "events",
    security((), ("bearer" = [])),
    params(
        ("room" = String, Path, description = "Its name, percent-encoded where need be."),
        ("since" = Option<String>, Query, description = "Where to go on: the id of the last event, as EPOCH:OFFSET."),
        ("Last-Event-ID" = Option<String>, Header, description = "The same; it comes before `since`.")
    ),
    responses((status = 200, description = "Events, without an end.", body = String, content_type = "text/event-stream"), Refusals)
)]
pub async fn listen(
    State(app): State<App>,
    Peer(peer): Peer,
    Named(room): Named<RoomName>,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.origins.check(&headers)?;
    if room.is_everyone() {
        return Err(Problem::bad_request("`*` stands for everybody and cannot be joined."));
    }
    let since = since::read(&headers, query.as_deref())?;
    let head = access::request_head(&app, &uri, &headers, peer);
    let identity = admitted(&app, &uri, &headers, &room, head.as_ref()).await?;
    let admitted = app.admission.admit(peer, Mode::Sse)?;
    let request = event_stream::StreamRequest { identity, peer, room, since, head };
    let chunks = event_stream::open(request, Arc::clone(&app.shared)).await?;
    let mut response = Body::from_stream(EventStream::new(chunks, admitted)).into_response();
    response.headers_mut().extend(stream_headers(&headers));
    Ok(response)
}

/// Returns the identity of a request that may join the room; counted when it may not.
async fn admitted(
    app: &App,
    uri: &Uri,
    headers: &HeaderMap,
    room: &RoomName,
    head: Option<&RequestHead>,
) -> Result<Identity, Problem> {
    let refuse = |failure, status: StatusCode, detail: String| {
        app.shared.metrics.failed(failure);
        app.shared.metrics.count(status.canonical_reason().unwrap_or_default());
        Problem::new(status, detail)
    };
    match access::identify(app, uri.path(), headers, head).await {
        Ok(Some(identity)) if identity.may(Action::Join, room.as_str()) => Ok(identity),
        Ok(Some(_)) => {
            Err(refuse(AuthFailure::Forbidden, StatusCode::FORBIDDEN, format!("This user may not join {room}.")))
        }
        Ok(None) => Err(refuse(AuthFailure::Missing, StatusCode::UNAUTHORIZED, access::TOKEN_WANTED.to_owned())),
        Err(error) => Err(refuse(error.failure(), access::status(&error), format!("{error}."))),
    }
}

fn stream_headers(request: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would keep events back until it has many of them.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    // It has been checked, as that of a WebSocket is; browsers want to be told so.
    if let Some(origin) = request.get(header::ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
    }
    headers
}

/// What somebody may be answered who wants to listen.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[
            (400, "The room's name or the position is none."),
            (401, "No token came with it, or none that is good."),
            (403, "This user may not join the room, or the page asking is from elsewhere."),
            (429, "The address has as many connections as one may have: see `Retry-After`."),
            (503, "The server stops, or has as many connections or rooms as it takes: see `Retry-After`."),
        ])
    }
}
