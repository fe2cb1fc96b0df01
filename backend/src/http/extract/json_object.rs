//! What the body of a request holds: JSON, in bounds.

use std::fmt;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::http::error::Problem;
use crate::http::state::App;

/// An object, and no list: serde would read that as an object's fields in their order.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest<App> for Object<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let text = text(request, app.shared.config.max_message).await?;
        parse(&text)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with('{') {
            return Err(D::Error::custom("an object is expected"));
        }
        serde_json::from_str(raw.get()).map(Self).map_err(D::Error::custom)
    }
}

/// Reads an object, where it is a part of something.
pub fn only<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(object)| object)
}

/// The value that a text is.
pub fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| unreadable(&error))
}

/// The text of a request that says it is JSON, if it is not longer than this.
pub async fn text(request: Request, most: usize) -> Result<String, Problem> {
    check_type(request.headers())?;
    let body = read(request.into_body(), most).await?;
    String::from_utf8(body).map_err(|_| Problem::bad_request("The body is no UTF-8."))
}

async fn read(body: Body, most: usize) -> Result<Vec<u8>, Problem> {
    let (mut parts, mut body) = (body.into_data_stream(), Vec::new());
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| Problem::bad_request("The body ended before its end."))?;
        if body.len() + part.len() > most {
            return Err(too_large(format!("The body has more than {most} bytes: see --max-message.")));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// More than is taken at once.
pub fn too_large(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

fn unreadable(error: &impl fmt::Display) -> Problem {
    Problem::bad_request(format!("The JSON is not as expected: {error}."))
}

/// A page elsewhere can send other types without being asked whether it may.
fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "The header `Content-Type: application/json` is needed.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}
