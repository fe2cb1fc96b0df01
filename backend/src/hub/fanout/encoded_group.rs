//! Group of contents after encoding.

use crate::backplane::recipients::Recipients;
use crate::environment::Timestamp;
use crate::hub::payload::Payload;

use super::queue::Group;

/// Contents that are delivered together to the same recipients, encoded.
pub struct EncodedGroup<P> {
    /// Encoded contents.
    pub payload: P,
    /// Recipients of the contents.
    pub recipients: Recipients,
    /// Number of contents published before the first one.
    pub after: u64,
    /// Number of contents.
    pub count: usize,
    /// Time at which the first one was published.
    pub published: Timestamp,
}

impl<P: Payload> EncodedGroup<P> {
    /// Encodes a group of contents.
    pub fn new(group: Group) -> Self {
        let Group { contents, recipients, after, published } = group;
        Self { count: contents.len(), payload: P::of(contents), recipients, after, published }
    }
}
