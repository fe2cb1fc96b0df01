//! Theme and font size. They are stored for later visits; the script of `index.html` applies them before the first paint.

mod setting;

use crate::{
    i18n::appearance::AppearanceStrings,
    model::window::{LARGE, SMALL, row_height},
    reactive::ErasedSignal,
    reactive::view::{Text, text},
    state::{Language, ListState, context},
    ui::section::section as titled,
    ui::widgets::{error_alert, select},
};
use leptos::prelude::*;
use setting::{FONT_SIZE, THEME, follow};

/// Themes, as the style sheet has them.
const LIGHT: &str = "light";
const DARK: &str = "dark";

/// Returns the section.
pub fn section() -> AnyView {
    let (language, list) = (context::<Language>(), context::<ListState>());
    let label = |string| label(language, string);
    let error = ErasedSignal::default();
    let theme = follow(&THEME, language, error, |_| ());
    let font_size = follow(&FONT_SIZE, language, error, move |size| list.row_height.set(row_height(size)));
    let themes = [
        ("", label(|strings| strings.system)),
        (LIGHT, label(|strings| strings.light)),
        (DARK, label(|strings| strings.dark)),
    ];
    let sizes = [
        (SMALL, label(|strings| strings.small)),
        ("", label(|strings| strings.normal)),
        (LARGE, label(|strings| strings.large)),
    ];
    let content = view! {
        <div class="fields">
            {select("selTheme", label(|strings| strings.theme), &themes, theme)}
            {select("selFontSize", label(|strings| strings.font_size), &sizes, font_size)}
            {error_alert(error)}
        </div>
    };
    titled("appearance", label(|strings| strings.heading), content.into_any())
}

fn label(language: &'static Language, string: fn(&AppearanceStrings) -> &'static str) -> Text {
    text(move || string(AppearanceStrings::of(language.lang.get())))
}
