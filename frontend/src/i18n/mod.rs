//! Strings of the page in every language: a struct per area, a constant per area and language. A missing
//! translation does not compile.

#[cfg(test)]
mod complete;
mod en;
mod strings;
#[cfg(test)]
mod words;
mod zh;

pub use strings::{
    ShellStrings, appearance, charts, connection, connections, control, copy_as, fill, fill_exact, find, help,
    inspector, metrics, rooms, rows, rules, sending, stream, tabs, variables,
};

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Returns the strings of the first screen.
    pub fn strings(self) -> &'static ShellStrings {
        match self {
            Self::En => &en::shell::STRINGS,
            Self::Zh => &zh::shell::STRINGS,
        }
    }

    /// Returns the language tag (BCP 47), as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// Returns the other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    /// Returns the language of a tag such as `zh-Hans-CN` or `en-GB`; `None` if the page has no such translation.
    pub fn of(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    /// Returns the language of the link, else the stored one, else the first supported language of the browser, else
    /// English.
    pub fn choose(link: Option<&str>, stored: Option<&str>, mut browser: impl Iterator<Item = String>) -> Self {
        link.and_then(Self::of)
            .or_else(|| Self::of(stored?))
            .or_else(|| browser.find_map(|tag| Self::of(&tag)))
            .unwrap_or_default()
    }
}

/// Implements `of` for the strings of each area.
macro_rules! translated {
    ($($area:ident::$strings:ident)*) => {$(
        impl strings::$area::$strings {
            /// Returns the strings in this language.
            pub fn of(lang: Lang) -> &'static Self {
                match lang {
                    Lang::En => &en::$area::STRINGS,
                    Lang::Zh => &zh::$area::STRINGS,
                }
            }
        }
    )*};
}

translated! {
    appearance::AppearanceStrings
    charts::ChartStrings
    connection::ConnectionStrings
    copy_as::CopyAsStrings
    connections::SavedConnectionStrings
    control::ControlStrings
    find::FindStrings
    help::HelpStrings
    inspector::InspectorStrings
    metrics::MetricsStrings
    rooms::RoomStrings
    rules::RuleStrings
    rows::RowStrings
    sending::SendingStrings
    variables::VariableStrings
    tabs::TabStrings
    stream::StreamStrings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(tags: &'static [&str]) -> impl Iterator<Item = String> {
        tags.iter().map(ToString::to_string)
    }

    #[test]
    fn prefers_the_link_then_the_stored_choice_then_the_browser() {
        assert_eq!(Lang::choose(Some("zh-CN"), Some("en"), browser(&["en"])), Lang::Zh);
        assert_eq!(Lang::choose(None, Some("en"), browser(&["zh"])), Lang::En);
        assert_eq!(Lang::choose(None, None, browser(&["fr", "zh-Hans", "en"])), Lang::Zh);
        assert_eq!(Lang::choose(Some("fr"), None, browser(&["fr"])), Lang::En);
    }

    #[test]
    fn serializes_as_its_tag() {
        for lang in [Lang::En, Lang::Zh] {
            assert_eq!(Lang::of(lang.tag()), Some(lang));
            assert_eq!(lang.other().other(), lang);
        }
    }
}
