//! English strings of the appearance panel.

use crate::i18n::strings::appearance::AppearanceStrings;

pub(in crate::i18n) const STRINGS: AppearanceStrings = AppearanceStrings {
    heading: "Appearance",
    theme: "Theme",
    system: "System",
    light: "Light",
    dark: "Dark",
    font_size: "Font size of the list",
    small: "Small",
    normal: "Normal",
    large: "Large",
    not_stored: "The browser cannot store this choice. It lasts until the page is reloaded.",
};
