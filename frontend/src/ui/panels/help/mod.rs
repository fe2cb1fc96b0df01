//! What the keys do.

use crate::{
    i18n::help::Words,
    platform::dom::element,
    reactive::view::{Text, text},
    state::{Language, Layout, context},
    ui::widgets::button,
};
use leptos::{ev, leptos_dom::helpers::queue_microtask, prelude::*};
use web_sys::HtmlDialogElement;

/// The id of the list.
const DIALOG: &str = "help";

/// A key and what it does.
type Line = (&'static str, fn(&Words) -> &'static str);

/// In the message field.
const FIELD: [Line; 3] =
    [("Enter", |words| words.send), ("Shift+Enter", |words| words.line), ("↑ ↓", |words| words.history)];
/// In the list.
const LIST: [Line; 2] = [("j k, Alt+↓ Alt+↑", |words| words.rows), ("Enter", |words| words.whole)];
/// Everywhere.
const ANYWHERE: [Line; 2] = [("Ctrl+K, Alt+T", |words| words.tools), ("Esc", |words| words.escape)];
/// Where nothing is typed.
const OUTSIDE: [Line; 2] = [("/", |words| words.search), ("?", |words| words.this)];

fn say(language: &'static Language, word: fn(&Words) -> &'static str) -> Text {
    text(move || word(Words::of(language.lang.get())))
}

/// The list of keys. The browser keeps the focus in it and gives it back.
pub fn help() -> AnyView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    // Not in the page yet: a dialog is shown where it stands.
    queue_microtask(|| drop(dialog().map(|dialog| dialog.show_modal())));
    let lines = |lines: &[Line]| lines.iter().map(|line| self::line(*line)).collect::<Vec<_>>();
    view! {
        <dialog
            id=DIALOG
            class="help"
            aria-labelledby="helpHeading"
            on:close=move |_: ev::Event| layout.overlay.set(None)
        >
            <h2 id="helpHeading">{say(language, |words| words.heading)}</h2>
            <dl>{lines(&FIELD)} {lines(&LIST)} {lines(&ANYWHERE)} {lines(&OUTSIDE)}</dl>
            <p class="soft">{say(language, |words| words.outside)}</p>
            {button("btn", say(language, |words| words.close), close)}
        </dialog>
    }
    .into_any()
}

fn line((key, word): Line) -> AnyView {
    let language = context::<Language>();
    view! {
        <div>
            <dt>
                <kbd>{text(move || key)}</kbd>
            </dt>
            <dd>{say(language, word)}</dd>
        </div>
    }
    .into_any()
}

fn dialog() -> Option<HtmlDialogElement> {
    element(DIALOG)
}

fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}
