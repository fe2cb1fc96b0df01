//! Strings of the appearance panel.

/// Strings of the appearance panel in one language.
#[derive(Debug)]
pub struct AppearanceStrings {
    /// Heading of the section.
    pub heading: &'static str,
    /// Label of the choice of a theme.
    pub theme: &'static str,
    /// Theme: that of the operating system.
    pub system: &'static str,
    /// Theme: light.
    pub light: &'static str,
    /// Theme: dark.
    pub dark: &'static str,
    /// Label of the choice of a font size.
    pub font_size: &'static str,
    /// Font size: small.
    pub small: &'static str,
    /// Font size: normal.
    pub normal: &'static str,
    /// Font size: large.
    pub large: &'static str,
    /// Error: the browser has no storage, or no room in it.
    pub not_stored: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        appearance::AppearanceStrings:
        heading theme system light dark font_size small normal large not_stored
    }
}
