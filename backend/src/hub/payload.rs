//! Encoded contents.

use super::content::Content;

/// Contents in a row in the form in which subscribers receive them. The hub does not encode; the
/// implementor decides what each kind of receiver gets, and shares the bytes between receivers.
pub trait Payload: Clone + Send + Sync + 'static {
    /// Creates the payload of these contents, in order; there is at least one.
    fn of(contents: Vec<Content>) -> Self;
}
