//! Yodel mounted in an axum application. Run `cargo run -p yodel-server --example mounted`, open <http://127.0.0.1:8000>
//! in a browser (other pages have an origin that the server rejects), and use its console:
//!
//! ```js
//! ws = new WebSocket("ws://127.0.0.1:8000/live/ws", "yodel.v1"); ws.onmessage = m => console.log(m.data)
//! ws.send('{"id":1,"type":"join","room":"news"}')
//! ```
//!
//! and in a shell: `curl -d 'Lunch is ready.' http://127.0.0.1:8000/announce`.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use yodel_server::{Handle, Server};

/// State of the application's routes.
#[derive(Clone)]
struct Application {
    requests: Arc<AtomicU64>,
    live: Handle,
}

/// Returns the number of requests, including those to Yodel.
async fn request_count(State(app): State<Application>) -> String {
    format!("{} requests\n", app.requests.load(Ordering::Relaxed))
}

/// Publishes a text to everyone who has joined `news`.
async fn announce(State(app): State<Application>, text: String) -> Result<String, (StatusCode, String)> {
    let position = app.live.publish("news", "announcement", &text).await;
    position
        .map(|position| format!("announcement {}\n", position.offset.0))
        .map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")))
}

/// Counts a request.
async fn count_request(State(app): State<Application>, request: Request, next: Next) -> Response {
    app.requests.fetch_add(1, Ordering::Relaxed);
    next.run(request).await
}

/// Serves the application until `signal` completes.
pub(crate) async fn serve<F>(listener: TcpListener, signal: F) -> Result<(), Box<dyn std::error::Error>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (live, server) = Server::builder().build()?.into_parts();
    let app = Application { requests: Arc::default(), live: server.handle() };
    let router = Router::new()
        .route("/", get(request_count))
        .route("/announce", post(announce))
        .with_state(app.clone())
        .nest("/live", live)
        .layer(from_fn_with_state(app, count_request));
    // Disables Nagle's algorithm, so that small messages are sent at once.
    let listener = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            signal.await;
            // Axum does not track upgraded connections. The rest of the application continues meanwhile.
            server.shutdown(Duration::from_secs(10)).await;
        })
        .await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    serve(TcpListener::bind("127.0.0.1:8000").await?, std::future::pending()).await
}
