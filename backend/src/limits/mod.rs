//! Rate limits and counts of what was rejected.

pub mod server_metrics;
pub mod token_bucket;
