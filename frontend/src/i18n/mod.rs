//! The texts of the page: a struct per area and a const per language. A missing translation does not
//! compile.

#[cfg(test)]
mod complete;
mod en;
mod words;
mod zh;

pub use words::{Strings, admin, charts, connection, fill, find, help, inspector, rooms, sending};

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
    /// Its words.
    pub fn strings(self) -> &'static Strings {
        match self {
            Self::En => &en::strings::WORDS,
            Self::Zh => &zh::strings::WORDS,
        }
    }

    /// Its name in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    /// The language a tag such as `zh-Hans-CN` or `en-GB` asks for.
    pub fn of(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    /// What the link asks for, else what was chosen before, else the first known of the browser's languages.
    pub fn choose(link: Option<&str>, before: Option<&str>, mut browser: impl Iterator<Item = String>) -> Self {
        link.and_then(Self::of)
            .or_else(|| Self::of(before?))
            .or_else(|| browser.find_map(|tag| Self::of(&tag)))
            .unwrap_or_default()
    }
}

/// Gives each area's struct its texts in every language.
macro_rules! translated {
    ($($area:ident::$words:ident)*) => {$(
        impl words::$area::$words {
            /// Returns the texts of this language.
            pub fn of(lang: Lang) -> &'static Self {
                match lang {
                    Lang::En => &en::$area::WORDS,
                    Lang::Zh => &zh::$area::WORDS,
                }
            }
        }
    )*};
}

translated! {
    admin::Admin
    charts::Words
    connection::Words
    find::FindWords
    help::Words
    inspector::InspectorWords
    rooms::Rooms
    sending::Words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(tags: &'static [&str]) -> impl Iterator<Item = String> {
        tags.iter().map(ToString::to_string)
    }

    #[test]
    fn the_link_wins_then_the_choice_then_the_browser() {
        assert_eq!(Lang::choose(Some("zh-CN"), Some("en"), browser(&["en"])), Lang::Zh);
        assert_eq!(Lang::choose(None, Some("en"), browser(&["zh"])), Lang::En);
        assert_eq!(Lang::choose(None, None, browser(&["fr", "zh-Hans", "en"])), Lang::Zh);
        assert_eq!(Lang::choose(Some("fr"), None, browser(&["fr"])), Lang::En);
    }

    #[test]
    fn a_language_has_one_tag_and_one_other() {
        for lang in [Lang::En, Lang::Zh] {
            assert_eq!(Lang::of(lang.tag()), Some(lang));
            assert_eq!(lang.other().other(), lang);
        }
    }
}
