//! What keys do wherever the focus is. They leave alone what a field, an input method or somebody
//! before them makes of a key.

use crate::{
    platform::dom::element,
    state::{Layout, Overlay},
    ui::focus::{MESSAGE_FIELD, focus_message_field},
};
use leptos::{ev, leptos_dom::helpers::WindowListenerHandle, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// The search field's id; it is there with the tools.
const SEARCH: &str = "txtFind";
/// What takes keys itself.
const FIELDS: &str = "input, textarea, select";

/// A key as it was pressed.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing a keyboard event says")]
struct Pressed {
    /// Alt alone.
    alt: bool,
    /// Ctrl alone, on a Mac Command alone: Ctrl+K deletes to the end of the line there.
    command: bool,
    /// Another modifier, or more than one.
    other: bool,
    /// In a field.
    typing: bool,
    /// In the message field, which makes nothing of Escape.
    message: bool,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shortcut {
    Tools,
    Help,
    Search,
    Leave,
}

/// Listens from now on.
pub fn listen(layout: &'static Layout) -> WindowListenerHandle {
    window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let (key, pressed) = pressed(&event);
        if shortcut(&key, pressed).is_some_and(|shortcut| run(layout, shortcut)) {
            event.prevent_default();
        }
    })
}

fn shortcut(key: &str, pressed: Pressed) -> Option<Shortcut> {
    let Pressed { alt, command, other, typing, message } = pressed;
    let bare = !(alt || command || other);
    Some(match key {
        "k" if command && !other => Shortcut::Tools,
        "t" if alt && !other => Shortcut::Tools,
        "?" if bare && !typing => Shortcut::Help,
        "/" if bare && !typing => Shortcut::Search,
        "Escape" if bare && (message || !typing) => Shortcut::Leave,
        _ => return None,
    })
}

/// Whether it could be done.
fn run(layout: &'static Layout, shortcut: Shortcut) -> bool {
    let open = layout.tools.get_untracked();
    let extra = layout.overlay.get_untracked();
    match shortcut {
        // The list of keys is a dialog: the browser closes it and gives the focus back.
        _ if extra == Some(Overlay::Help) => return false,
        Shortcut::Help => layout.overlay.set(Some(Overlay::Help)),
        Shortcut::Search if open => return search(),
        Shortcut::Leave if extra.is_some() => layout.overlay.set(None),
        Shortcut::Leave if !open => return false,
        Shortcut::Tools if !open => layout.tools.set(true),
        Shortcut::Tools | Shortcut::Leave => {
            layout.tools.set(false);
            focus_message_field();
        }
        Shortcut::Search => return false,
    }
    true
}

fn search() -> bool {
    element::<HtmlElement>(SEARCH).is_some_and(|field| field.focus().is_ok())
}

fn pressed(event: &KeyboardEvent) -> (String, Pressed) {
    let mac = window().navigator().platform().is_ok_and(|name| name.starts_with("Mac"));
    let (ctrl, meta, alt) = (event.ctrl_key(), event.meta_key(), event.alt_key());
    let (command, other) = if mac { (meta, ctrl) } else { (ctrl, meta) };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let field = target.filter(|target| target.matches(FIELDS).unwrap_or(false));
    let pressed = Pressed {
        alt: alt && !command,
        command: command && !alt,
        other: other || (alt && command),
        message: field.as_ref().is_some_and(|field| field.id() == MESSAGE_FIELD),
        typing: field.is_some(),
    };
    (event.key(), pressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Pressed = Pressed { alt: false, command: false, other: false, typing: false, message: false };
    const TYPING: Pressed = Pressed { typing: true, ..PLAIN };

    #[test]
    fn a_key_asks_for_something() {
        assert_eq!(shortcut("?", PLAIN), Some(Shortcut::Help));
        assert_eq!(shortcut("/", PLAIN), Some(Shortcut::Search));
        assert_eq!(shortcut("Escape", PLAIN), Some(Shortcut::Leave));
        assert_eq!(shortcut("k", Pressed { command: true, ..PLAIN }), Some(Shortcut::Tools));
        assert_eq!(shortcut("t", Pressed { alt: true, ..PLAIN }), Some(Shortcut::Tools));
    }

    #[test]
    fn in_a_field_letters_are_letters() {
        for key in ["?", "/", "k", "t", "Escape"] {
            assert_eq!(shortcut(key, TYPING), None, "{key}");
        }
        assert_eq!(shortcut("k", Pressed { command: true, ..TYPING }), Some(Shortcut::Tools));
        assert_eq!(shortcut("Escape", Pressed { message: true, ..TYPING }), Some(Shortcut::Leave));
    }

    #[test]
    fn other_combinations_are_the_browsers() {
        for pressed in [
            Pressed { other: true, ..PLAIN },
            Pressed { other: true, command: true, ..PLAIN },
            Pressed { other: true, alt: true, ..PLAIN },
        ] {
            for key in ["?", "/", "k", "t", "Escape"] {
                assert_eq!(shortcut(key, pressed), None, "{key} {pressed:?}");
            }
        }
        assert_eq!(shortcut("†", Pressed { alt: true, ..PLAIN }), None, "Alt makes another letter of it on a Mac");
    }
}
