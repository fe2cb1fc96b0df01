//! Actions of the user on tabs, with the notices about those that are not possible.

use super::label::strings;
use crate::{
    i18n::fill,
    model::log::LogEntry,
    reactive::{ErasedValue, view::text},
    state::{Language, Layout, MAX_TABS, PageState, TooManyTabs, Workspace, context},
    ui::focus::focus_message_field,
};
use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Key of the notice about the number of tabs.
const LIMIT: &str = "tabs";
/// Key of the notice about unsent messages.
const UNSENT: &str = "unsent";
/// The selected tab.
const SELECTED: &str = "[role=tab][aria-selected=true]";

/// Actions on the tabs. A handle: copies refer to the same workspace.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub(super) language: &'static Language,
    pub(super) layout: &'static Layout,
    pub(super) workspace: &'static Workspace,
    /// Suffix of the connection whose unsent messages were reported: closing it again discards them.
    asked: ErasedValue<Option<String>>,
}

impl Actions {
    /// Returns the actions from the context.
    pub(super) fn from_context() -> Self {
        Self {
            language: context::<Language>(),
            layout: context::<Layout>(),
            workspace: context::<Workspace>(),
            asked: ErasedValue::new(None),
        }
    }

    /// Opens a tab with an open address field.
    pub(super) fn open(self) {
        if let Err(TooManyTabs) = self.workspace.open_unconnected() {
            let language = self.language;
            let notice = text(move || fill(strings(language).too_many, &[("max", &MAX_TABS)]));
            self.layout.notify(LIMIT, notice);
        }
    }

    /// Selects a tab and moves the focus to its message field.
    pub(super) fn select(self, page: &'static PageState) {
        self.workspace.select(page);
        request_animation_frame(focus_message_field);
    }

    /// Selects the tab `by` positions after the active one and moves the focus to its message field.
    pub(super) fn select_next(self, by: isize) {
        self.workspace.select_next(by);
        request_animation_frame(focus_message_field);
    }

    /// Closes a tab. With unsent messages, the first call only reports them.
    pub(super) fn close(self, page: &'static PageState) {
        let unsent = page.log.peek(|log| log.entries.iter().filter(|entry| LogEntry::is_waiting(entry)).count());
        let was_asked = self.asked.with_value(|asked| asked.as_ref() == Some(&page.suffix));
        if unsent > 0 && !was_asked {
            self.asked.set_value(Some(page.suffix.clone()));
            let language = self.language;
            let number = move || language.strings().number(unsent as u64);
            let notice = text(move || fill(strings(language).unsent, &[("n", &number())]));
            return self.layout.notify(UNSENT, notice);
        }
        self.asked.set_value(None);
        self.layout.notices.update(|notices| notices.retain(|(key, _)| *key != UNSENT && *key != LIMIT));
        self.workspace.close(page);
        request_animation_frame(focus_selected);
    }

    /// Closes the active tab.
    pub(super) fn close_active(self) {
        if let Some(page) = self.workspace.active.get_untracked() {
            self.close(page);
        }
    }
}

/// Moves the focus to the selected tab, or without a bar to the message field.
pub(super) fn focus_selected() {
    match document().query_selector(SELECTED).ok().flatten() {
        Some(tab) => drop(tab.unchecked_into::<HtmlElement>().focus()),
        None => focus_message_field(),
    }
}
