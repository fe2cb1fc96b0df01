//! Error responses of the API for OpenAPI.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as ResponseDoc};

use crate::http::error;

/// Error responses of every request of the API.
pub struct CommonErrors;

/// Error responses of a request with a JSON body.
pub struct InvalidBody;

/// Error responses of a request with parameters in its path or query.
pub struct InvalidParameter;

/// Error response of a request with an idempotency key.
pub struct ConflictingKey;

impl IntoResponses for ConflictingKey {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        error::error_responses(&[(409, "Another message was published with the same `key`.")])
    }
}

impl IntoResponses for CommonErrors {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        error::error_responses(&[
            (401, "The API key or token is missing or invalid."),
            (403, "The token lacks the claim `api`, or the origin or the host is not allowed."),
            (404, "The HTTP API is disabled, or the resource does not exist."),
            (
                503,
                "The server is shutting down, has reached a limit, or all receivers read too slowly. See `Retry-After`.",
            ),
        ])
    }
}

impl IntoResponses for InvalidBody {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        error::error_responses(&[
            (400, "The body is not valid JSON of this schema."),
            (408, "The body did not arrive in time."),
            (413, "The body is too large."),
            (415, "The content type is not `application/json`."),
        ])
    }
}

impl IntoResponses for InvalidParameter {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        error::error_responses(&[(400, "A parameter is invalid.")])
    }
}

/// Error responses of the OpenAPI document.
pub struct DocumentErrors;

impl IntoResponses for DocumentErrors {
    fn responses() -> BTreeMap<String, RefOr<ResponseDoc>> {
        error::error_responses(&[(403, "The origin or the host is not allowed."), (404, "The HTTP API is disabled.")])
    }
}
