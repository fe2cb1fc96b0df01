//! Keys of the tab list, and shortcuts that work everywhere. Browsers use Ctrl+Page Up, Ctrl+Tab and Alt+1 for their own
//! tabs; Alt+Page Up and Alt+N are free.

use super::actions::{Actions, focus_selected};
use leptos::{ev::KeyboardEvent, prelude::request_animation_frame};

/// Action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TabShortcut {
    Next,
    Previous,
    Open,
}

/// Handles the shortcuts from now on.
pub(super) fn listen(actions: Actions) {
    actions.layout.set_on_key(move |event| {
        let alt_alone = event.alt_key() && !(event.ctrl_key() || event.meta_key() || event.shift_key());
        match shortcut(&event.key()).filter(|_| alt_alone) {
            Some(TabShortcut::Next) => actions.select_next(1),
            Some(TabShortcut::Previous) => actions.select_next(-1),
            Some(TabShortcut::Open) => actions.open(),
            None => return false,
        }
        true
    });
}

/// Handles a key in the tab list. The focus stays there.
pub(super) fn press(actions: Actions, event: &KeyboardEvent) {
    if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let workspace = actions.workspace;
    let end = |last: bool| workspace.tabs.with_untracked(|tabs| if last { tabs.last() } else { tabs.first() }.copied());
    match event.key().as_str() {
        "ArrowRight" => workspace.select_next(1),
        "ArrowLeft" => workspace.select_next(-1),
        key @ ("Home" | "End") => {
            if let Some(page) = end(key == "End") {
                workspace.select(page);
            }
        }
        "Delete" => {
            event.prevent_default();
            return actions.close_active();
        }
        _ => return,
    }
    event.prevent_default();
    request_animation_frame(focus_selected);
}

fn shortcut(key: &str) -> Option<TabShortcut> {
    Some(match key {
        "PageDown" => TabShortcut::Next,
        "PageUp" => TabShortcut::Previous,
        "n" => TabShortcut::Open,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_keys_to_shortcuts() {
        assert_eq!(shortcut("PageDown"), Some(TabShortcut::Next));
        assert_eq!(shortcut("PageUp"), Some(TabShortcut::Previous));
        assert_eq!(shortcut("n"), Some(TabShortcut::Open));
        assert_eq!(shortcut("t"), None, "opens Tools");
        assert_eq!(shortcut("1"), None, "a tab of the browser");
    }
}
