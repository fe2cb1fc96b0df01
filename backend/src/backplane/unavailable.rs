//! The error of a backplane that cannot be reached.

/// The backplane cannot be reached or does not answer in time. The operation may have been carried out nevertheless; it
/// is safe to repeat a publish that has an idempotency key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the message store does not answer: repeat the request")]
pub struct Unavailable;
