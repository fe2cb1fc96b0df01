//! The HTTP interface, described for programs (`OpenAPI`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Extension;
use axum::extract::{NestedPath, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, Response as Described, Server};
use utoipa::{IntoResponses, Modify, OpenApi as _, ToSchema};

use super::{batch, broadcast, clients, disconnect, history, publish, rooms, send};
use crate::http::access;
use crate::http::error::{self, Problem};
use crate::http::state::App;
use crate::http::{health, metrics, sse};

/// Everything that answers HTTP, but for the page and the WebSocket endpoints.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Yodel",
        description = "What answers HTTP beside the page and the WebSocket endpoints. A path is answered \
                       405 for methods that are not listed here. Every error is `application/problem+json`."
    ),
    paths(
        publish::publish,
        broadcast::broadcast,
        send::send,
        batch::batch,
        disconnect::disconnect,
        rooms::list,
        rooms::one,
        history::history,
        clients::of_user,
        clients::one,
        document,
        sse::listen,
        health::health,
        health::ready,
        metrics::serve,
    ),
    components(schemas(Problem)),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
struct Document;

/// What credentials are called in the document.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some("A key of `--api-key-file`, or a token that claims `api`. For `/sse`: a token that may join the room, where tokens are asked for.".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// What any request of the interface may be answered.
pub struct Refusals;

/// What one with a body may be answered.
pub struct Unreadable;

/// What one with a name or a query may be answered.
pub struct Misnamed;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[
            (401, "No key and no token came with it, or none that is good."),
            (403, "The token does not claim `api`, or the page asking is from elsewhere."),
            (404, "The interface is off, or there is no such thing."),
            (503, "The server stops, or has as many rooms as it may have: see `Retry-After`."),
        ])
    }
}

impl IntoResponses for Unreadable {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[
            (400, "It is not the JSON that is expected."),
            (413, "It is too large."),
            (415, "It does not say that it is JSON."),
        ])
    }
}

impl IntoResponses for Misnamed {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[(400, "A name or a number is none.")])
    }
}

/// The description.
pub fn described() -> OpenApi {
    Document::openapi()
}

/// This description.
///
/// It is for everybody who reaches the server, while the interface is on.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "openapi",
    tag = "server",
    security(()),
    responses((status = 200, description = "An OpenAPI document.", body = Object), Hidden)
)]
pub async fn document(
    State(app): State<App>,
    mount: Option<Extension<NestedPath>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    static TEXT: LazyLock<String> = LazyLock::new(|| described().to_json().unwrap_or_default());
    access::check_switched_on(&app, &headers)?;
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok(match mount {
        None => (json, TEXT.as_str()).into_response(),
        Some(Extension(mount)) => (json, described_at(mount.as_str())).into_response(),
    })
}

/// Returns the description of a server that is mounted under a path.
fn described_at(mount: &str) -> String {
    let mut document = described();
    document.servers = Some(vec![Server::new(mount)]);
    document.to_json().unwrap_or_default()
}

struct Hidden;

impl IntoResponses for Hidden {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[(403, "The page asking is from elsewhere."), (404, "The interface is off.")])
    }
}

/// What is answered to a method that a path does not have.
pub async fn other_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This path has other methods: see the header `Allow`.")
}

/// One user, or one connection.
#[derive(ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub enum Target {
    /// All connections of this user.
    User(String),
    /// This connection.
    Client(String),
}

/// Somebody in a room.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub struct Present {
    /// Who; absent where the server asks nobody.
    #[schema(required = false)]
    user: String,
    /// Which connection, when it has no user.
    #[schema(required = false)]
    client: String,
    /// On how many connections; 0 for somebody who just left and may be back in a moment.
    clients: u32,
    /// What the token says that others may know.
    #[schema(required = false, value_type = serde_json::Value)]
    info: (),
}

/// A message of a room.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub struct Message {
    /// Which room.
    room: String,
    /// Its place.
    offset: u64,
    /// What it is about.
    event: String,
    /// Who published it; absent when the server itself did.
    #[schema(required = false)]
    from: Sender,
    /// The message, byte for byte as it was published.
    #[schema(value_type = serde_json::Value)]
    data: (),
    /// When, in milliseconds since 1970.
    time: u64,
}

/// Who said something.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described here, made elsewhere")]
pub struct Sender {
    /// Which connection.
    client: String,
    /// Whose it is, where the server knows.
    #[schema(required = false)]
    user: String,
}
