//! Strings of the tabs of several connections.

/// Strings of the tabs in one language.
#[derive(Debug)]
pub struct TabStrings {
    /// Name of the bar, and heading of the section in the sidebar.
    pub heading: &'static str,
    /// Button that opens a tab.
    pub open: &'static str,
    /// Button that closes the active tab.
    pub close: &'static str,
    /// Button that shows two connections.
    pub split: &'static str,
    /// Accessible name of a tab, with `{name}`, `{state}`, `{sent}`, `{received}` and `{new}`.
    pub title: &'static str,
    /// Notice about too many tabs, with `{max}`.
    pub too_many: &'static str,
    /// Notice before a tab with `{n}` unsent messages is closed.
    pub unsent: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        tabs::TabStrings:
        heading open close split title too_many unsent
    }
}
