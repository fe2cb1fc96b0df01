//! Words about the figures of the server.

/// The words of one language.
#[derive(Debug)]
pub struct Admin {
    /// The heading, which opens the section.
    pub server: &'static str,
    /// A graph.
    pub connections: &'static str,
    /// A graph.
    pub rooms: &'static str,
    /// A graph: messages that come in.
    pub rate_in: &'static str,
    /// A graph: copies that go out.
    pub rate_out: &'static str,
    /// What a graph says to screen readers; `{what}`, `{now}`, `{most}`.
    pub graph: &'static str,
    /// Over what was refused or closed, by why.
    pub drops: &'static str,
    /// There is none.
    pub no_drops: &'static str,
    /// The first figures are on their way.
    pub loading: &'static str,
    /// The field.
    pub key: &'static str,
    /// The button.
    pub show: &'static str,
    /// No key and no token, or no good one.
    pub wanted: &'static str,
    /// The token may not.
    pub forbidden: &'static str,
    /// The interface is off.
    pub off: &'static str,
    /// No answer.
    pub unreachable: &'static str,
    /// Any other answer; `{status}`.
    pub failed: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        admin::Admin:
        server connections rooms rate_in rate_out graph drops no_drops loading key show wanted forbidden off
        unreachable failed
    }
}
