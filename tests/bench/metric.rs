//! A thing that is measured, and what it should be.

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Nothing: it explains the others.
    None,
    AtLeast(f64),
    AtMost(f64),
    /// So many times what the other page takes.
    RatioAtMost(f64),
}

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub section: &'static str,
    pub name: &'static str,
    pub target: Target,
}

impl Target {
    /// Whether a measured value, and how many times the other page's it is, are what was promised.
    pub fn is_reached(self, value: f64, ratio: f64) -> Option<bool> {
        match self {
            Self::None => None,
            Self::AtLeast(least) => Some(value >= least),
            Self::AtMost(most) => Some(value <= most),
            Self::RatioAtMost(most) => Some(ratio <= most),
        }
    }

    /// The same for a reader.
    pub fn words(self) -> String {
        match self {
            Self::None => String::new(),
            Self::AtLeast(least) => format!("at least {least}"),
            Self::AtMost(most) => format!("at most {most}"),
            Self::RatioAtMost(most) => format!("at most {most} times"),
        }
    }
}
