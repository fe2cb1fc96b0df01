//! Global keyboard shortcuts. Keys that a text field, an input method or another handler uses are left alone.

use crate::{
    state::{Layout, Overlay},
    ui::focus::{MESSAGE_FIELD, focus_message_field},
    ui::keys::is_composing,
};
use leptos::{ev, leptos_dom::helpers::WindowListenerHandle, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// The message list and the elements in it.
const IN_LIST: &str = "#list, #list *";
/// Elements that handle keys themselves.
const FIELDS: &str = "input, textarea, select";

/// Modifiers and target of a key.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of a keyboard event")]
struct KeyContext {
    /// Alt alone.
    alt: bool,
    /// Ctrl alone; on macOS Command alone, because Ctrl+K deletes to the end of the line there.
    command: bool,
    /// Another modifier, or more than one.
    other: bool,
    /// The target is a text field.
    in_field: bool,
    /// The target is the message field, which does not use Escape.
    in_message_field: bool,
    /// The target is the list, where Ctrl+F opens the filter: the browser's own search finds only the rows in the
    /// document.
    in_list: bool,
}

/// Action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shortcut {
    Tools,
    Help,
    Filter,
    Close,
}

/// Installs the listener.
pub fn listen(layout: &'static Layout) -> WindowListenerHandle {
    window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || is_composing(&event) {
            return;
        }
        let (key, key_context) = key_context(&event);
        if shortcut(&key, key_context).is_some_and(|shortcut| perform(layout, shortcut)) || layout.handle_key(&event) {
            event.prevent_default();
        }
    })
}

fn shortcut(key: &str, key_context: KeyContext) -> Option<Shortcut> {
    let KeyContext { alt, command, other, in_field, in_message_field, in_list } = key_context;
    let bare = !(alt || command || other);
    Some(match key {
        "k" if command && !other => Shortcut::Tools,
        "t" if alt && !other => Shortcut::Tools,
        "?" if bare && !in_field => Shortcut::Help,
        "/" if bare && !in_field => Shortcut::Filter,
        "f" if command && !other && in_list => Shortcut::Filter,
        "Escape" if bare && (in_message_field || !in_field) => Shortcut::Close,
        _ => return None,
    })
}

/// Performs an action. Returns whether it applied.
fn perform(layout: &'static Layout, shortcut: Shortcut) -> bool {
    let open = layout.tools.get_untracked();
    let extra = layout.overlay.get_untracked();
    match shortcut {
        // The list of shortcuts is a dialog: the browser closes it and restores the focus.
        _ if extra == Some(Overlay::Help) => return false,
        Shortcut::Help => layout.overlay.set(Some(Overlay::Help)),
        Shortcut::Filter => {
            layout.tools.set(true);
            layout.filter_requested.set(true);
        }
        Shortcut::Close if extra.is_some() => layout.overlay.set(None),
        Shortcut::Close if !open => return false,
        Shortcut::Tools if !open => layout.tools.set(true),
        Shortcut::Tools | Shortcut::Close => {
            layout.tools.set(false);
            focus_message_field();
        }
    }
    true
}

fn key_context(event: &KeyboardEvent) -> (String, KeyContext) {
    let mac = window().navigator().platform().is_ok_and(|name| name.starts_with("Mac"));
    let (ctrl, meta, alt) = (event.ctrl_key(), event.meta_key(), event.alt_key());
    let (command, other) = if mac { (meta, ctrl) } else { (ctrl, meta) };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_list = target.as_ref().is_some_and(|target| target.matches(IN_LIST).unwrap_or(false));
    let field = target.filter(|target| target.matches(FIELDS).unwrap_or(false));
    let key_context = KeyContext {
        alt: alt && !command,
        command: command && !alt,
        other: other || (alt && command),
        in_message_field: field.as_ref().is_some_and(|field| field.id() == MESSAGE_FIELD),
        in_field: field.is_some(),
        in_list,
    };
    (event.key(), key_context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: KeyContext = KeyContext {
        alt: false,
        command: false,
        other: false,
        in_field: false,
        in_message_field: false,
        in_list: false,
    };
    const IN_FIELD: KeyContext = KeyContext { in_field: true, ..PLAIN };

    #[test]
    fn maps_keys_to_shortcuts() {
        assert_eq!(shortcut("?", PLAIN), Some(Shortcut::Help));
        assert_eq!(shortcut("/", PLAIN), Some(Shortcut::Filter));
        assert_eq!(shortcut("Escape", PLAIN), Some(Shortcut::Close));
        assert_eq!(shortcut("k", KeyContext { command: true, ..PLAIN }), Some(Shortcut::Tools));
        let find = KeyContext { command: true, ..PLAIN };
        assert_eq!(shortcut("f", KeyContext { in_list: true, ..find }), Some(Shortcut::Filter));
        assert_eq!(shortcut("f", find), None, "the browser's own search");
        assert_eq!(shortcut("t", KeyContext { alt: true, ..PLAIN }), Some(Shortcut::Tools));
    }

    #[test]
    fn ignores_plain_keys_in_text_fields() {
        for key in ["?", "/", "k", "t", "Escape"] {
            assert_eq!(shortcut(key, IN_FIELD), None, "{key}");
        }
        assert_eq!(shortcut("k", KeyContext { command: true, ..IN_FIELD }), Some(Shortcut::Tools));
        assert_eq!(shortcut("Escape", KeyContext { in_message_field: true, ..IN_FIELD }), Some(Shortcut::Close));
    }

    #[test]
    fn leaves_other_modifiers_to_the_browser() {
        for key_context in [
            KeyContext { other: true, ..PLAIN },
            KeyContext { other: true, command: true, ..PLAIN },
            KeyContext { other: true, alt: true, ..PLAIN },
        ] {
            for key in ["?", "/", "k", "t", "Escape"] {
                assert_eq!(shortcut(key, key_context), None, "{key} {key_context:?}");
            }
        }
        assert_eq!(shortcut("†", KeyContext { alt: true, ..PLAIN }), None, "on macOS, Alt+T types this character");
    }
}
