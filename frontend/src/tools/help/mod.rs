//! What the keys do.

use crate::{
    i18n::help::Words,
    parts::button,
    store::Store,
    view::{Text, text},
};
use leptos::{ev, html::Dialog, prelude::*};

/// A key and what it does.
type Line = (&'static str, fn(&Words) -> &'static str);

/// In the message field.
const FIELD: [Line; 3] =
    [("Enter", |words| words.send), ("Shift+Enter", |words| words.line), ("↑ ↓", |words| words.history)];
/// Everywhere.
const ANYWHERE: [Line; 2] = [("Ctrl+K, Alt+T", |words| words.tools), ("Esc", |words| words.escape)];
/// Where nothing is typed.
const OUTSIDE: [Line; 2] = [("/", |words| words.search), ("?", |words| words.this)];

fn say(store: Store, word: fn(&Words) -> &'static str) -> Text {
    text(move || word(Words::of(store.lang.get())))
}

/// The list of keys. The browser keeps the focus in it and gives it back.
pub fn help(store: Store) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    dialog.on_load(|dialog| {
        // Not in the page yet: a dialog is shown where it stands.
        request_animation_frame(move || drop(dialog.show_modal()));
    });
    let lines = |lines: &[Line]| lines.iter().map(|line| self::line(store, *line)).collect::<Vec<_>>();
    view! {
        <dialog
            class="help"
            aria-labelledby="helpHeading"
            node_ref=dialog
            on:close=move |_: ev::Event| store.extra.set(None)
        >
            <h2 id="helpHeading">{say(store, |words| words.heading)}</h2>
            <dl>{lines(&FIELD)} {lines(&ANYWHERE)} {lines(&OUTSIDE)}</dl>
            <p class="soft">{say(store, |words| words.outside)}</p>
            {button("btn", say(store, |words| words.close), move || close(dialog))}
        </dialog>
    }
    .into_any()
}

fn line(store: Store, (key, word): Line) -> AnyView {
    view! {
        <div>
            <dt>
                <kbd>{text(move || key)}</kbd>
            </dt>
            <dd>{say(store, word)}</dd>
        </div>
    }
    .into_any()
}

fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}
