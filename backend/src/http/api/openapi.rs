//! `OpenAPI` document of the HTTP endpoints.

use std::sync::LazyLock;

use axum::Extension;
use axum::extract::{NestedPath, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi, Server};
use utoipa::{Modify, OpenApi as _};

use super::responses::DocumentErrors;
use super::{batch, broadcast, clients, disconnect, history, publish, rooms, send};
use crate::http::access;
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::{health, metrics, sse};

/// All HTTP endpoints, except the page and the WebSocket endpoints.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Yodel",
        description = "HTTP endpoints of the server, besides the page and the WebSocket endpoints. Methods that are \
                       not listed for a path return 405. Errors have the type `application/problem+json`."
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
    components(schemas(ApiError)),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
struct Document;

/// Adds the security scheme.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some("A key of `--api-key-file`, or a token with the claim `api`. For `/sse`: a token with permission to join the room, if the server requires tokens.".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// Returns the document.
pub fn openapi() -> OpenApi {
    Document::openapi()
}

/// Returns this document.
///
/// It requires no credentials, but is available only while the HTTP API is enabled.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "openapi",
    tag = "server",
    security(()),
    responses((status = 200, description = "An OpenAPI document.", body = Object), DocumentErrors)
)]
pub async fn document(
    State(app): State<AppState>,
    mount: Option<Extension<NestedPath>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi().to_json().unwrap_or_default());
    access::check_enabled(&app, &headers)?;
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok(match mount {
        None => (json, TEXT.as_str()).into_response(),
        Some(Extension(mount)) => (json, openapi_at(mount.as_str())).into_response(),
    })
}

/// Returns the document of a server that is mounted under a path.
fn openapi_at(mount: &str) -> String {
    let mut document = openapi();
    document.servers = Some(vec![Server::new(mount)]);
    document.to_json().unwrap_or_default()
}
