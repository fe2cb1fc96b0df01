//! What follows a state that only waits for something to end.

use crate::State;

/// What follows [`State::Closing`] and [`State::Suspended`].
#[derive(Clone, Debug)]
pub(super) enum AfterClose {
    /// Another dial.
    Dial,
    /// This state, in which nothing is dialed.
    Stay(State),
}
