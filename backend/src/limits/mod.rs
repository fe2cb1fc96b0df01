//! Rate limits and counts of what was refused.

pub mod refusals;
pub mod token_bucket;
