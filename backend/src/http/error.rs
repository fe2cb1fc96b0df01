//! Error responses as `application/problem+json` (RFC 9457).

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response as ResponseDoc, ResponseBuilder};
use yodel_protocol::ErrorCode;

use crate::auth::origins::OriginError;
use crate::connection::admission::RejectReason;
use crate::connection::event_stream::OpenError;
use crate::hooks::handle::HandleError;
use crate::http::access;

/// Value of `Retry-After` for a hook that rejects a room for some time, in seconds.
const HOOK_RETRY: u32 = 10;

/// Problem details of a failed request (RFC 9457). They contain no secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApiError {
    /// Always `about:blank`: the kind of problem is the status.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// Reason phrase of the status.
    #[schema(example = "Not Found")]
    title: &'static str,
    /// Status of the response; within a batch, the status that the request would have had by itself.
    #[schema(example = 404)]
    status: u16,
    /// Human-readable explanation.
    detail: String,
    /// Value of the header `Retry-After`, in seconds.
    #[serde(skip)]
    retry_after: Option<u32>,
}

impl ApiError {
    /// Creates an error with a status and a human-readable explanation.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or_default();
        Self { kind: "about:blank", title, status: status.as_u16(), detail: detail.into(), retry_after: None }
    }

    /// Creates an error with status 400.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Creates an error with status 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Returns the value of `Retry-After`, in seconds, if the same request may succeed later.
    pub fn retry_seconds(&self) -> Option<u32> {
        self.retry_after
    }

    /// Adds a `Retry-After` of this many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = serde_json::to_string(&self).unwrap_or_default(); // Strings and a number always serialize.
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Returns the OpenAPI description of error responses, by status.
pub fn error_responses(problems: &[(u16, &str)]) -> BTreeMap<String, RefOr<ResponseDoc>> {
    let schema = Ref::from_schema_name(ApiError::name());
    let describe = |(status, description): &(u16, &str)| {
        let content = ContentBuilder::new().schema(Some(schema.clone())).build();
        let response = ResponseBuilder::new().description(*description).content("application/problem+json", content);
        (status.to_string(), RefOr::T(response.build()))
    };
    problems.iter().map(describe).collect()
}

impl From<OriginError> for ApiError {
    fn from(forbidden: OriginError) -> Self {
        Self::new(StatusCode::FORBIDDEN, format!("{forbidden}."))
    }
}

impl From<RejectReason> for ApiError {
    fn from(reason: RejectReason) -> Self {
        Self::new(reason.status(), reason.to_string()).retry_after(reason.retry_after())
    }
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Connect(rejection) => {
                Self::new(access::rejected_status(&rejection), format!("{}.", rejection.reason()))
            }
            OpenError::Join(error) => {
                let retry_after = error.code.may_retry().then_some(HOOK_RETRY);
                Self { retry_after, ..Self::new(error_status(error.code), format!("{}.", error.message)) }
            }
            OpenError::Room(error) => error.into(),
            OpenError::Internal => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error."),
        }
    }
}

/// Returns the HTTP status for an error code of `yodel.v1`.
fn error_status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Unauthorized | ErrorCode::TokenExpired => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::NotJoined | ErrorCode::Limit => StatusCode::FORBIDDEN,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::BadRequest | ErrorCode::Unknown => StatusCode::BAD_REQUEST,
    }
}

impl From<HandleError> for ApiError {
    fn from(error: HandleError) -> Self {
        match error {
            HandleError::RoomLimit => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, format!("{error} (--max-rooms-total)")).retry_after(10)
            }
            HandleError::HistoryLimit => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, format!("{error} (--history-total)")).retry_after(10)
            }
            HandleError::ReceiversBusy(_) | HandleError::Unavailable => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()).retry_after(1)
            }
            HandleError::KeyConflict => Self::new(StatusCode::CONFLICT, error.to_string()),
            _ => Self::bad_request(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::error::RequestError;

    #[test]
    fn serializes_problem_details_and_retry_after() {
        let problem = ApiError::from(RejectReason::Address);
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            r#"{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Your address has reached its limit of connections (--max-per-address)."}"#
        );
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "10");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn sends_www_authenticate_with_401_only() {
        let response = ApiError::new(StatusCode::UNAUTHORIZED, "Authentication required.").into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
        assert!(!ApiError::not_found("").into_response().headers().contains_key(header::WWW_AUTHENTICATE));
    }

    #[test]
    fn a_hook_that_rejects_a_room_for_some_time_sends_retry_after() {
        let retry = |code| ApiError::from(OpenError::Join(RequestError::new(code, "not now"))).retry_seconds();
        assert_eq!([ErrorCode::RateLimited, ErrorCode::Unavailable].map(retry), [Some(HOOK_RETRY); 2]);
        assert_eq!([ErrorCode::Forbidden, ErrorCode::Conflict, ErrorCode::Internal].map(retry), [None; 3]);
    }

    #[test]
    fn returns_503_at_the_room_limit() {
        assert_eq!(ApiError::from(HandleError::RoomLimit).status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ApiError::from(HandleError::ReservedRoom).status(), StatusCode::BAD_REQUEST);
        assert_eq!(ApiError::from(HandleError::KeyConflict).status(), StatusCode::CONFLICT);
    }
}
