//! A request and its answer.

use std::io;
use std::time::Duration;

use http::{Request as HttpRequest, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio_util::task::AbortOnDropHandle;

use super::error::PublishError;
use super::request::Request;
use crate::dial::{Address, excerpt, stream};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest answer, in bytes.
const LONGEST: usize = 1024 * 1024;

/// Asks a server, and returns its answer.
pub async fn exchange(url: &Address, insecure: bool, request: Request) -> Result<String, PublishError> {
    let asked = tokio::time::timeout(PATIENCE, ask(url, insecure, request)).await;
    let (status, body) = asked.map_err(|_| broken(io::Error::from(io::ErrorKind::TimedOut)))??;
    if status.is_success() {
        return Ok(String::from_utf8_lossy(&body).into_owned());
    }
    Err(PublishError::Refused { status: status.to_string(), detail: detail(&body) })
}

async fn ask(url: &Address, insecure: bool, request: Request) -> Result<(StatusCode, Vec<u8>), PublishError> {
    let stream = stream::open(url, insecure).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let path = format!("{}{}", url.path().trim_end_matches('/'), request.path);
    let mut http =
        HttpRequest::post(path).header(header::HOST, url.authority()).header(header::CONTENT_TYPE, "application/json");
    if let Some(credentials) = request.credentials {
        http = http.header(header::AUTHORIZATION, format!("Bearer {credentials}"));
    }
    let http = http.body(request.body).map_err(broken)?;
    let response = sender.send_request(http).await.map_err(broken)?;
    let status = response.status();
    let body = Limited::new(response.into_body(), LONGEST).collect().await.map_err(broken)?;
    Ok((status, body.to_bytes().to_vec()))
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> PublishError {
    PublishError::Broken(io::Error::other(error))
}

/// What a problem says of itself (RFC 9457), or the first line of something else.
fn detail(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Problem {
        detail: String,
    }
    let problem = serde_json::from_slice::<Problem>(body);
    problem.map_or_else(|_| excerpt(body), |problem| excerpt(problem.detail.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_is_wrong() {
        assert_eq!(detail(br#"{"type":"about:blank","title":"Forbidden","detail":"not you"}"#), "not you");
        assert_eq!(detail(b"<html>\nno such page"), "<html>");
        assert_eq!(detail(b""), "");
    }
}
