//! Keyboard events.

use web_sys::KeyboardEvent;

/// Key code of keys that an input method handles; in Safari this is the only sign of it.
const INPUT_METHOD: u32 = 229;

/// Returns whether a key belongs to the composition of an input method, which also uses Enter, Escape and arrow keys.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == INPUT_METHOD
}

/// Returns whether neither Alt, Ctrl nor Meta is held.
pub fn has_no_modifier(event: &KeyboardEvent) -> bool {
    !(event.alt_key() || event.ctrl_key() || event.meta_key())
}
