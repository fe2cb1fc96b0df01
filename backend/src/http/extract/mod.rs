//! Extractors whose rejections are problem details (RFC 9457).

pub mod json_object;
mod path;
mod query;

pub use path::ApiPath;
pub use query::ApiQuery;
