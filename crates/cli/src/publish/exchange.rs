//! Sends the HTTP request and reads the response.

use std::io;
use std::time::Duration;

use http::{Request as HttpRequest, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio_util::task::AbortOnDropHandle;

use super::error::PublishError;
use super::request::PublishRequest;
use super::tls_detector::TlsDetector;
use crate::dial::{Address, DialError, TlsFlags, excerpt, location_excerpt, stream};

/// Time for connecting, sending the request and reading the response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Largest response body, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// Status, `Location` and body of a response.
type Response = (StatusCode, Option<String>, Vec<u8>);

/// Sends a request and returns the body of a successful response.
///
/// # Errors
/// Returns an error if connecting fails, if no complete response arrives within 30 s, or if its status is not 2xx.
pub async fn exchange(url: &Address, tls: &TlsFlags, request: PublishRequest) -> Result<String, PublishError> {
    let response = tokio::time::timeout(REQUEST_TIMEOUT, send(url, tls, request)).await;
    let (status, location, body) = response.map_err(|_| no_response(io::Error::from(io::ErrorKind::TimedOut)))??;
    if status.is_success() {
        return Ok(String::from_utf8_lossy(&body).into_owned());
    }
    let location = location.map(|location| format!("Location: {}", location_excerpt(&location)));
    Err(PublishError::Rejected { status: status.to_string(), detail: location.unwrap_or_else(|| detail(&body)) })
}

async fn send(url: &Address, tls: &TlsFlags, request: PublishRequest) -> Result<Response, PublishError> {
    let (stream, is_tls) = TlsDetector::new(stream::open(url, tls).await?);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(no_response)?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let path = format!("{}{}", url.path().trim_end_matches('/'), request.path);
    let mut http =
        HttpRequest::post(path).header(header::HOST, url.authority()).header(header::CONTENT_TYPE, "application/json");
    if let Some(credentials) = request.credentials {
        http = http.header(header::AUTHORIZATION, format!("Bearer {credentials}"));
    }
    let http = http.body(request.body).map_err(no_response)?;
    let response = sender.send_request(http).await.map_err(|error| {
        // For an https URL the detector sits inside the TLS stream, so it does not detect that stream itself.
        if is_tls.get() == Some(&true) { DialError::TlsPort.into() } else { no_response(error) }
    })?;
    let status = response.status();
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = Limited::new(response.into_body(), MAX_BODY).collect().await.map_err(no_response)?;
    Ok((status, location, body.to_bytes().to_vec()))
}

fn no_response(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> PublishError {
    PublishError::NoResponse(io::Error::other(error))
}

/// Returns the `detail` of problem details (RFC 9457), or the first line of any other body.
fn detail(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct ProblemDetails {
        detail: String,
    }
    let problem = serde_json::from_slice::<ProblemDetails>(body);
    problem.map_or_else(|_| excerpt(body), |problem| excerpt(problem.detail.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extracts_the_detail_of_an_error() {
        assert_eq!(detail(br#"{"type":"about:blank","title":"Forbidden","detail":"not you"}"#), "not you");
        assert_eq!(detail(b"<html>\nno such page"), "<html>");
        assert_eq!(detail(b""), "");
    }
}
