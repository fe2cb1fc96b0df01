//! A web server for the page bundle that can fail: it serves a folder, answers with an error, or redirects.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Router, serve};
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// Response of the server to every request.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Serves the files of a folder.
    Folder(PathBuf),
    /// Answers with a status.
    Status(StatusCode),
    /// Redirects the page to `/login`, and serves a page with the title `login` there.
    Redirect,
}

/// A running server; stopped on drop.
#[derive(Debug)]
pub struct StaticServer {
    /// URL of the page.
    pub url: String,
    mode: Arc<Mutex<Mode>>,
    _serving: AbortOnDropHandle<()>,
}

impl StaticServer {
    /// Starts a server on a free port.
    pub async fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("http://{}/", listener.local_addr().expect("listener has an address"));
        let mode = Arc::new(Mutex::new(mode));
        let router = Router::new().fallback(respond).with_state(Arc::clone(&mode));
        let serving = tokio::spawn(async move { serve(listener, router).await.expect("listener is open") });
        Self { url, mode, _serving: AbortOnDropHandle::new(serving) }
    }

    /// Changes what the server does with later requests.
    pub fn set_mode(&self, mode: Mode) {
        *self.mode.lock() = mode;
    }
}

async fn respond(State(mode): State<Arc<Mutex<Mode>>>, request: Request) -> Response {
    let mode = mode.lock().clone();
    let path = request.uri().path().trim_start_matches('/');
    match (mode, path) {
        (Mode::Folder(folder), path) => file(folder, path).await,
        (Mode::Status(status), _) => (status, Html("<title>error</title>")).into_response(),
        (Mode::Redirect, "login") => Html("<title>login</title>").into_response(),
        (Mode::Redirect, "") => Redirect::to("/login").into_response(),
        (Mode::Redirect, _) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn file(folder: PathBuf, path: &str) -> Response {
    let name = if path.is_empty() { "index.html" } else { path };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/json",
    };
    match tokio::fs::read(folder.join(name)).await {
        Ok(content) => ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], content).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
