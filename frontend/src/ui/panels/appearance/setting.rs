//! A stored setting that is an attribute of the document.

use crate::{
    i18n::appearance::AppearanceStrings,
    platform::{dom::set_root_attribute, storage::StorageArea},
    reactive::{ErasedSignal, effect, listen_to_window},
    state::{Language, list},
};

/// Names of a setting. The value is empty for the default.
pub(super) struct Setting {
    /// Storage name; the script of `index.html` reads it as well.
    stored: &'static str,
    /// Attribute of the root element; the style sheet reads it.
    attribute: &'static str,
}

/// Theme: that of the operating system, light or dark.
pub(super) const THEME: Setting = Setting { stored: "yodel.theme", attribute: "data-theme" };
/// Font size of the list: small, normal or large.
pub(super) const FONT_SIZE: Setting = Setting { stored: list::FONT_SIZE, attribute: "data-rows" };

/// Returns a setting as a signal. A change is applied and stored, and calls `apply`; so is one in another tab.
pub(super) fn follow(
    setting: &'static Setting,
    language: &'static Language,
    error: ErasedSignal<String>,
    apply: impl Fn(&str) + 'static,
) -> ErasedSignal<String> {
    let chosen = ErasedSignal::new(setting.load());
    let applied = ErasedSignal::new(chosen.get_untracked());
    effect(move || {
        let value = chosen.get();
        if applied.with_untracked(|applied| *applied == value) {
            return;
        }
        set_root_attribute(setting.attribute, &value);
        apply(&value);
        let strings = AppearanceStrings::of(language.lang.get_untracked());
        error.set(if setting.save(&value) { String::new() } else { strings.not_stored.to_owned() });
        applied.set(value);
    });
    listen_to_window("storage", move |_| {
        let stored = setting.load();
        if chosen.with_untracked(|chosen| *chosen != stored) {
            chosen.set(stored);
        }
    });
    chosen
}

impl Setting {
    fn load(&self) -> String {
        StorageArea::Local.text(self.stored).unwrap_or_default()
    }

    /// Stores a value; returns `false` if the browser has no storage or it is full.
    fn save(&self, value: &str) -> bool {
        if value.is_empty() {
            StorageArea::Local.remove(self.stored);
            return true;
        }
        StorageArea::Local.is_available() && StorageArea::Local.set_text(self.stored, value).is_ok()
    }
}
