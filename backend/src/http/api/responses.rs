//! Error responses of the API, described for `OpenAPI`.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as Described};

use crate::http::error;

/// Error responses of every request.
pub struct Refusals;

/// Error responses of a request with a JSON body.
pub struct Unreadable;

/// Error responses of a request with a name in its path, or with a query.
pub struct Misnamed;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[
            (401, "No key and no token came with it, or none that is good."),
            (403, "The token does not claim `api`, or the page asking is from elsewhere."),
            (404, "The interface is off, or there is no such thing."),
            (503, "The server stops, or has as many rooms as it may have: see `Retry-After`."),
        ])
    }
}

impl IntoResponses for Unreadable {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[
            (400, "It is not the JSON that is expected."),
            (413, "It is too large."),
            (415, "It does not say that it is JSON."),
        ])
    }
}

impl IntoResponses for Misnamed {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[(400, "A name or a number is none.")])
    }
}

/// Error responses of the description itself.
pub struct Hidden;

impl IntoResponses for Hidden {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        error::described(&[(403, "The page asking is from elsewhere."), (404, "The interface is off.")])
    }
}
