//! The two compared pages.

use std::fmt;

/// A page to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The page embedded in the binary.
    Yodel,
    /// The page made with jQuery.
    Tutorial,
}

impl Subject {
    /// Returns both pages in alternating order, so that slow changes of the machine's speed affect both alike.
    pub fn in_turn(round: u32) -> [Self; 2] {
        if round.is_multiple_of(2) { [Self::Tutorial, Self::Yodel] } else { [Self::Yodel, Self::Tutorial] }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yodel => "Yodel",
            Self::Tutorial => "jQuery",
        })
    }
}
