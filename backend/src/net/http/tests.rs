//! The end of HTTP/2 connections, with a clock that the test moves.

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::body::Body as AxumBody;
use tokio::io::DuplexStream;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::net::socket_limit::{Acceptance, SocketLimit};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Responds to each request with some bytes.
#[derive(Clone)]
struct ShortResponse;

impl Service<Request<Incoming>> for ShortResponse {
    type Response = Response<AxumBody>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Incoming>) -> Self::Future {
        ready(Ok(Response::new(AxumBody::from("some bytes"))))
    }
}

impl MakeService for ShortResponse {
    type Body = AxumBody;
    type Service = Self;

    fn make(&self, _: SocketAddr) -> Self {
        Self
    }

    fn make_probes(&self, _: SocketAddr) -> Self {
        Self
    }
}

/// Returns a server, and one accepted connection to it.
fn accepted(stream: DuplexStream, tasks: &ServerTasks) -> (Http<ShortResponse>, HttpSocket<DuplexStream>) {
    let peer = SocketAddr::from(([127, 0, 0, 1], 4321));
    let Acceptance::Served(permit) = SocketLimit::new(1, 1, Vec::new()).accept(peer.ip()) else { panic!("a socket") };
    let stream = LingeringSocket::new(stream, permit, tasks.clone());
    let (services, stop) = (ShortResponse, CancellationToken::new());
    let http = Http { services, handshake_timeout: TIMEOUT, response_timeout: TIMEOUT, stop };
    (http, HttpSocket { stream, peer, probes_only: false, single_request: false })
}

#[tokio::test(start_paused = true)]
async fn ends_at_its_maximum_age_although_responses_are_unread() {
    let (client, server) = tokio::io::duplex(64 * 1024);
    let tasks = ServerTasks::default();
    let (http, socket) = accepted(server, &tasks);
    let serving = tokio::spawn(http.serve_http2(socket, tasks));
    // A response does not fit into the window of its stream.
    let handshake = h2::client::Builder::new().initial_window_size(1).handshake::<_, Bytes>(client);
    let (requests, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    let (opened, mut unread) = (Instant::now(), Vec::new());
    while let Ok(mut ready) = requests.clone().ready().await {
        let request = Request::get("https://localhost/").body(()).unwrap();
        let Ok((response, _)) = ready.send_request(request, true) else { break };
        unread.push(response.await);
        sleep(TIMEOUT / 2).await; // The connection is never idle.
    }
    assert!(opened.elapsed() >= MAX_AGE, "closed after {:?}", opened.elapsed());
    let ended = timeout(TIMEOUT * 3, serving).await;
    assert!(ended.is_ok(), "the connection ended with {} open streams", unread.len());
}
