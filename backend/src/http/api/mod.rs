//! The HTTP API, for programs without a WebSocket: publish, send, disconnect and inspect.
//!
//! | content | file |
//! |---|---|
//! | publish into a room, broadcast, send to one user or connection | `publish`, `broadcast`, `send` |
//! | several requests at once | `batch` |
//! | close connections | `disconnect` |
//! | rooms, their users and their history | `rooms`, `history` |
//! | connections of a user, or one by its id | `clients` |
//! | OpenAPI document | `openapi`, with error `responses` and `schemas` |

mod batch;
mod broadcast;
mod clients;
mod disconnect;
mod history;
pub mod openapi;
mod publish;
mod responses;
mod rooms;
mod schemas;
mod send;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};

use crate::http::access;
use crate::http::error::ApiError;
use crate::http::state::AppState;

/// Path of the OpenAPI document.
const DOCUMENT: &str = "/api/openapi.json";

/// Returns the routes that require credentials.
fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/api/publish", post(publish::publish)),
        ("/api/broadcast", post(broadcast::broadcast)),
        ("/api/send", post(send::send)),
        ("/api/batch", post(batch::batch)),
        ("/api/disconnect", post(disconnect::disconnect)),
        ("/api/rooms", get(rooms::list)),
        ("/api/rooms/{room}", get(rooms::one)),
        ("/api/rooms/{room}/history", get(history::history)),
        ("/api/users/{user}", get(clients::of_user)),
        ("/api/clients/{client}", get(clients::one)),
    ]
}

/// Returns every path below `/api`.
#[cfg(test)]
pub fn paths() -> impl Iterator<Item = &'static str> {
    routes().into_iter().map(|(path, _)| path).chain([DOCUMENT])
}

/// Returns the router for `/api`.
pub fn router(app: &AppState) -> Router<AppState> {
    let mut router = Router::new();
    for (path, methods) in routes() {
        router = router.route(path, methods);
    }
    router
        .method_not_allowed_fallback(method_not_allowed)
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/api/{*path}", any(not_found))
        .layer(from_fn_with_state(app.clone(), access::check))
        .route(DOCUMENT, get(openapi::document))
}

async fn not_found() -> ApiError {
    ApiError::not_found("This path does not exist. See /api/openapi.json for all paths.")
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "This path does not support the method. See the header `Allow`.")
}
