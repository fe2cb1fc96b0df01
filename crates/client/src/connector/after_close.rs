//! The state after a close.

use crate::State;

/// The state that follows [`State::Closing`] and [`State::Suspended`].
#[derive(Clone, Debug)]
pub(super) enum AfterClose {
    /// Dials again.
    Dial,
    /// Enters this state, in which nothing is dialed.
    Stay(State),
}
