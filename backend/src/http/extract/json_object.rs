//! JSON bodies with a size limit.

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tokio::time::timeout;

use crate::http::error::ApiError;
use crate::http::state::AppState;

/// Extractor of a JSON object. It rejects arrays, which serde would accept as the fields of a struct.
#[derive(Debug)]
pub struct JsonObject<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest<AppState> for JsonObject<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let config = &app.server.config;
        let text = text(request, config.max_message, config.handshake_timeout).await?;
        parse(&text)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with('{') {
            return Err(D::Error::custom("expected an object"));
        }
        serde_json::from_str(raw.get()).map(Self).map_err(D::Error::custom)
    }
}

/// Deserializes a nested object; for `deserialize_with`.
pub fn object_only<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    JsonObject::deserialize(deserializer).map(|JsonObject(object)| object)
}

/// Parses JSON.
pub fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| invalid_json(&error))
}

/// Returns the body of a JSON request.
///
/// # Errors
/// Returns 415 for another content type, 413 for more than `max` bytes, 408 if nothing arrives for `part_timeout`, and
/// 400 for a body that is not UTF-8 or incomplete.
pub async fn text(request: Request, max: usize, part_timeout: Duration) -> Result<String, ApiError> {
    check_type(request.headers())?;
    let body = read(request.into_body(), max, part_timeout).await?;
    String::from_utf8(body).map_err(|_| ApiError::bad_request("The body is not UTF-8."))
}

async fn read(body: Body, max: usize, part_timeout: Duration) -> Result<Vec<u8>, ApiError> {
    let (mut parts, mut body) = (body.into_data_stream(), Vec::new());
    let late = |_| ApiError::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time (--handshake-timeout).");
    while let Some(part) = timeout(part_timeout, parts.next()).await.map_err(late)? {
        let part = part.map_err(|_| ApiError::bad_request("The body is incomplete."))?;
        if body.len() + part.len() > max {
            return Err(too_large(format!("The body has more than {max} bytes (--max-message).")));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// Creates an error with status 413.
pub fn too_large(detail: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

fn invalid_json(error: &impl fmt::Display) -> ApiError {
    ApiError::bad_request(format!("Invalid request body: {error}."))
}

/// Requires JSON. A foreign page can send other content types without a CORS preflight.
fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "The header `Content-Type: application/json` is required.";
    Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}
