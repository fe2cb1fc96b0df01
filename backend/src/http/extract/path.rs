//! What a path names.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::http::error::Problem;
use crate::http::state::App;

/// The one name in a path.
#[derive(Debug)]
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let named = Path::<T>::from_request_parts(parts, app).await;
        named.map(|Path(name)| Self(name)).map_err(|rejection| Problem::bad_request(rejection.body_text()))
    }
}
