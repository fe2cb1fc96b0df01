//! Token bucket of the rate limits, and counters of rejections.

pub mod server_metrics;
pub mod token_bucket;
