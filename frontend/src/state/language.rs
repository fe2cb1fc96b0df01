//! The language of the page.

use crate::{
    i18n::{Lang, ShellStrings},
    platform::{location, storage::StorageArea},
    reactive::{ErasedSignal, Text, text},
};
use yodel_protocol::Json;

/// Storage name of the chosen language.
const LANG: &str = "yodel.lang";

/// The language of the page.
pub struct Language {
    /// The language that is shown.
    pub lang: ErasedSignal<Lang>,
}

impl Language {
    /// Creates the state of a page in this language.
    pub(super) fn new(lang: Lang) -> &'static Self {
        Box::leak(Box::new(Self { lang: ErasedSignal::new(lang) }))
    }

    /// Returns the language of a new page: that of its address, of an earlier visit, or of the browser.
    pub fn first() -> Lang {
        let stored = StorageArea::Local.load(LANG);
        let stored = stored.as_ref().and_then(Json::as_string);
        Lang::choose(location::query("lang").as_deref(), stored.as_deref(), location::languages())
    }

    /// Switches to the other language and stores the choice.
    pub fn switch(&self) {
        let lang = self.lang.get_untracked().other();
        StorageArea::Local.save(LANG, &Json::string(lang.tag()));
        self.lang.set(lang);
    }

    /// Returns the strings of the first screen, tracked.
    pub fn strings(&self) -> &'static ShellStrings {
        self.lang.get().strings()
    }

    /// Returns one string of the first screen as a view that follows the language.
    pub fn label(&'static self, string: fn(&ShellStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }
}
