//! Payload of a delivery.

use super::content::Content;

/// Contents that are delivered together, in the form in which subscribers receive them. The hub does not
/// encode: the implementation determines the format for each kind of receiver, and shares the bytes between
/// receivers, so clones must be cheap.
pub trait Payload: Clone + Send + Sync + 'static {
    /// Creates the payload of contents in their order; there is at least one.
    fn of(contents: Vec<Content>) -> Self;
}
