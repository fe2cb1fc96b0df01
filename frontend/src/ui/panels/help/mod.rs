//! The list of keyboard shortcuts.

use crate::{
    i18n::help::HelpStrings,
    platform::dom::element,
    reactive::view::{Text, text},
    state::{Language, Layout, context},
    ui::widgets::button,
};
use leptos::{ev, leptos_dom::helpers::queue_microtask, prelude::*};
use web_sys::HtmlDialogElement;

/// Id of the dialog.
const DIALOG: &str = "help";

/// A key and its description.
type HelpEntry = (&'static str, fn(&HelpStrings) -> &'static str);

/// Keys in the message field.
const FIELD: [HelpEntry; 4] = [
    ("Enter", |strings| strings.send),
    ("Shift+Enter", |strings| strings.new_line),
    ("Ctrl+Shift+Enter", |strings| strings.send_empty),
    ("↑ ↓", |strings| strings.history),
];
/// Keys in the list.
const LIST: [HelpEntry; 4] = [
    ("j k, Alt+↓ Alt+↑", |strings| strings.next_message),
    ("Enter", |strings| strings.open_message),
    ("c r e p d", |strings| strings.message_actions),
    ("Ctrl+F", |strings| strings.filter),
];
/// Keys that work everywhere.
const ANYWHERE: [HelpEntry; 5] = [
    ("Ctrl+K, Alt+T", |strings| strings.tools),
    ("Esc", |strings| strings.close_panel),
    ("Alt+N", |strings| strings.new_tab),
    ("Alt+Page Down, Alt+Page Up", |strings| strings.next_tab),
    ("Delete", |strings| strings.close_tab),
];
/// Keys that work outside text fields.
const OUTSIDE: [HelpEntry; 2] = [("/", |strings| strings.filter), ("?", |strings| strings.shortcuts)];

fn label(language: &'static Language, string: fn(&HelpStrings) -> &'static str) -> Text {
    text(move || string(HelpStrings::of(language.lang.get())))
}

/// Returns the dialog. The browser traps the focus in it and restores it.
pub fn help() -> AnyView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    // A dialog can be shown only when it is in the document.
    queue_microtask(|| drop(dialog().map(|dialog| dialog.show_modal())));
    let lines = |lines: &[HelpEntry]| lines.iter().map(|line| self::line(*line)).collect::<Vec<_>>();
    view! {
        <dialog
            id=DIALOG
            class="help"
            aria-labelledby="helpHeading"
            on:close=move |_: ev::Event| layout.overlay.set(None)
        >
            <h2 id="helpHeading">{label(language, |strings| strings.heading)}</h2>
            <dl>{lines(&FIELD)} {lines(&LIST)} {lines(&ANYWHERE)} {lines(&OUTSIDE)}</dl>
            <p class="muted">{label(language, |strings| strings.outside_fields)}</p>
            {button("btn", label(language, |strings| strings.close), close)}
        </dialog>
    }
    .into_any()
}

fn line((key, description): HelpEntry) -> AnyView {
    let language = context::<Language>();
    view! {
        <div>
            <dt>
                <kbd>{text(move || key)}</kbd>
            </dt>
            <dd>{label(language, description)}</dd>
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
