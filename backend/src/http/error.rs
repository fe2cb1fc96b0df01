//! What was wrong with a request, as `application/problem+json` (RFC 9457).

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder};
use yodel_protocol::ErrorCode;

use crate::auth::origins::OriginError;
use crate::connection::admission::RejectReason;
use crate::connection::event_stream::OpenError;
use crate::hooks::handle::HandleError;
use crate::http::access;

/// What was wrong with a request. Nothing secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    #[schema(example = "Not Found")]
    title: &'static str,
    /// The status of the response; within a batch, what it would have been.
    #[schema(example = 404)]
    status: u16,
    /// What is wrong, for people.
    detail: String,
    /// After how many seconds it makes sense to try again; in a header.
    #[serde(skip)]
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem of this kind, with words for people.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or_default();
        Self { kind: "about:blank", title, status: status.as_u16(), detail: detail.into(), retry_after: None }
    }

    /// The request cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// It may work after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = serde_json::to_string(&self).unwrap_or_default(); // Its fields are texts and a number.
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

/// Problems as they are described to programs, by their status.
pub fn described(problems: &[(u16, &str)]) -> BTreeMap<String, RefOr<Described>> {
    let schema = Ref::from_schema_name(Problem::name());
    let describe = |(status, description): &(u16, &str)| {
        let content = ContentBuilder::new().schema(Some(schema.clone())).build();
        let described = ResponseBuilder::new().description(*description).content("application/problem+json", content);
        (status.to_string(), RefOr::T(described.build()))
    };
    problems.iter().map(describe).collect()
}

impl From<OriginError> for Problem {
    fn from(forbidden: OriginError) -> Self {
        Self::new(StatusCode::FORBIDDEN, format!("{forbidden}."))
    }
}

impl From<RejectReason> for Problem {
    fn from(refused: RejectReason) -> Self {
        Self::new(refused.status(), refused.to_string()).retry_after(refused.retry_after())
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Connect(rejection) => {
                Self::new(access::rejected_status(&rejection), format!("{}.", rejection.reason()))
            }
            OpenError::Join(error) => Self::new(error_status(error.code), format!("{}.", error.message)),
            OpenError::Room(error) => error.into(),
            OpenError::Internal => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error."),
        }
    }
}

/// Returns the status that says over HTTP what an error code says in a frame.
fn error_status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Unauthorized | ErrorCode::TokenExpired => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::NotJoined | ErrorCode::Limit => StatusCode::FORBIDDEN,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::BadRequest | ErrorCode::Unknown => StatusCode::BAD_REQUEST,
    }
}

impl From<HandleError> for Problem {
    fn from(error: HandleError) -> Self {
        match error {
            HandleError::RoomLimit => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, format!("{error} (--max-rooms-total)")).retry_after(10)
            }
            _ => Self::bad_request(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_is_wrong_and_when_to_come_back() {
        let problem = Problem::from(RejectReason::Address);
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
    fn who_is_not_known_is_told_how_to_say_who_it_is() {
        let response = Problem::new(StatusCode::UNAUTHORIZED, "Who?").into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
        assert!(!Problem::not_found("").into_response().headers().contains_key(header::WWW_AUTHENTICATE));
    }

    #[test]
    fn no_room_for_a_room_is_not_the_callers_fault() {
        assert_eq!(Problem::from(HandleError::RoomLimit).status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(Problem::from(HandleError::ReservedRoom).status(), StatusCode::BAD_REQUEST);
    }
}
