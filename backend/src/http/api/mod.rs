//! The HTTP interface: for programs that publish, tell, disconnect and look, without a WebSocket.
//!
//! | idea | file |
//! |---|---|
//! | put into a room, tell everybody, tell one | `publish`, `broadcast`, `send` |
//! | many of these at once | `batch` |
//! | close connections | `disconnect` |
//! | which rooms there are, who is in one, what was said there | `rooms`, `history` |
//! | connections of a user, or one by its name | `clients` |
//! | all of this, described for programs | `openapi`, with error `responses` and `schemas` |

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
use crate::http::error::Problem;
use crate::http::state::App;

/// Where all of it is described.
const DOCUMENT: &str = "/api/openapi.json";

/// All paths that need credentials.
fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
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

/// Every path below `/api`.
#[cfg(test)]
pub fn paths() -> impl Iterator<Item = &'static str> {
    routes().into_iter().map(|(path, _)| path).chain([DOCUMENT])
}

/// What answers below `/api`.
pub fn router(app: &App) -> Router<App> {
    let mut router = Router::new();
    for (path, methods) in routes() {
        router = router.route(path, methods);
    }
    router
        .method_not_allowed_fallback(other_method)
        .route("/api", any(nothing))
        .route("/api/", any(nothing))
        .route("/api/{*path}", any(nothing))
        .layer(from_fn_with_state(app.clone(), access::check))
        .route(DOCUMENT, get(openapi::document))
}

async fn nothing() -> Problem {
    Problem::not_found("There is nothing here: /api/openapi.json says what there is.")
}

async fn other_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This path has other methods: see the header `Allow`.")
}
