//! A measured value with its target.

/// Target of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Without a target: the metric explains others.
    None,
    AtLeast(f64),
    AtMost(f64),
    /// Upper bound of the ratio to the other page's value.
    RatioAtMost(f64),
}

/// A row of a result table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    pub section: &'static str,
    pub name: &'static str,
    pub target: Target,
}

impl Target {
    /// Returns whether a value and its ratio to the other page's value meet the target; `None` without a target.
    pub fn is_met(self, value: f64, ratio: f64) -> Option<bool> {
        match self {
            Self::None => None,
            Self::AtLeast(least) => Some(value >= least),
            Self::AtMost(most) => Some(value <= most),
            Self::RatioAtMost(most) => Some(ratio <= most),
        }
    }

    /// Returns the target as text.
    pub fn describe(self) -> String {
        match self {
            Self::None => String::new(),
            Self::AtLeast(least) => format!("at least {least}"),
            Self::AtMost(most) => format!("at most {most}"),
            Self::RatioAtMost(most) => format!("at most {most} times"),
        }
    }
}
