//! The two pages.

use std::fmt;

/// A page to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contestant {
    /// The page inside the binary.
    Yodel,
    /// The page made with jQuery.
    Tutorial,
}

impl Contestant {
    /// Both, with another one first in each round: what a machine does slowly, getting warm or busy,
    /// then does not always hit the same one.
    pub fn in_turn(round: u32) -> [Self; 2] {
        if round.is_multiple_of(2) { [Self::Tutorial, Self::Yodel] } else { [Self::Yodel, Self::Tutorial] }
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yodel => "Yodel",
            Self::Tutorial => "jQuery",
        })
    }
}
