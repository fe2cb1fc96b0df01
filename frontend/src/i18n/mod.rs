//! The words of the page: one struct of strings, one const per language. A missing translation
//! does not compile.

pub mod admin;
#[cfg(test)]
mod complete;
pub mod connection;
mod en;
mod fill;
pub mod find;
pub mod help;
pub mod inspector;
pub mod live;
pub mod rooms;
pub mod sending;
mod strings;
mod zh;

pub use fill::fill;
pub use strings::Strings;

use serde::{Deserialize, Serialize};

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum Lang {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Zh,
}

impl Lang {
    /// Its words.
    pub fn strings(self) -> &'static Strings {
        match self {
            Self::En => &en::STRINGS,
            Self::Zh => &zh::STRINGS,
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
    pub fn choose(link: Option<&str>, before: Option<Self>, mut browser: impl Iterator<Item = String>) -> Self {
        link.and_then(Self::of).or(before).or_else(|| browser.find_map(|tag| Self::of(&tag))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(tags: &'static [&str]) -> impl Iterator<Item = String> {
        tags.iter().map(ToString::to_string)
    }

    #[test]
    fn the_link_wins_then_the_choice_then_the_browser() {
        assert_eq!(Lang::choose(Some("zh-CN"), Some(Lang::En), browser(&["en"])), Lang::Zh);
        assert_eq!(Lang::choose(None, Some(Lang::En), browser(&["zh"])), Lang::En);
        assert_eq!(Lang::choose(None, None, browser(&["fr", "zh-Hans", "en"])), Lang::Zh);
        assert_eq!(Lang::choose(Some("fr"), None, browser(&["fr"])), Lang::En);
    }

    #[test]
    fn a_choice_is_stored_under_its_tag() {
        for lang in [Lang::En, Lang::Zh] {
            assert_eq!(serde_json::to_string(&lang).unwrap(), format!("\"{}\"", lang.tag()));
            assert_eq!(Lang::of(lang.tag()), Some(lang));
            assert_eq!(lang.other().other(), lang);
        }
    }
}
