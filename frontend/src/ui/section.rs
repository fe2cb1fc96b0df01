//! Sections of the sidebar. A click on the heading folds a section; the browser's storage keeps which are folded.

use crate::{
    platform::storage::StorageArea,
    reactive::view::{Text, bool_attribute, click_handler, text},
    reactive::{ErasedSignal, effect},
    state::Language,
};
use leptos::prelude::*;

/// Storage name of the folded sections.
const FOLDED: &str = "yodel.folded";

/// A section with a heading that folds it.
pub struct Section {
    /// Id of the heading.
    pub id: &'static str,
    /// Heading.
    pub heading: Text,
    /// State of the section, such as a count; beside the heading, also while the section is folded.
    pub state: Text,
    /// `true` while the section is unfolded.
    pub is_open: ErasedSignal<bool>,
}

impl Section {
    /// Creates an unfolded section without a state.
    pub fn new(id: &'static str, heading: Text) -> Self {
        Self { id, heading, state: text(|| ""), is_open: open_state(id) }
    }

    /// Sets the state.
    #[must_use]
    pub fn state<T: Into<String>>(self, state: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self { state: text(state), ..self }
    }

    /// Shows a count as the state, unless it is 0.
    #[must_use]
    pub fn count(self, language: &'static Language, count: impl Fn() -> usize + Send + Sync + 'static) -> Self {
        self.state(move || match count() {
            0 => String::new(),
            count => language.strings().number(count as u64),
        })
    }

    /// Returns the view. The content stays in the document while it is folded, so that typed texts are kept.
    pub fn view(self, content: AnyView) -> AnyView {
        let Self { id, heading, state, is_open } = self;
        view! {
            <section class="section" aria-labelledby=id>
                <div class="section-header">
                    <h2 id=id>
                        <button
                            type="button"
                            aria-expanded=text(move || is_open.get().to_string())
                            on:click=click_handler(move || is_open.update(|is_open| *is_open = !*is_open))
                        >
                            {heading}
                        </button>
                    </h2>
                    <span class="section-state">{state}</span>
                </div>
                <div hidden=bool_attribute(move || !is_open.get())>{content}</div>
            </section>
        }
        .into_any()
    }
}

/// Returns an unfolded section without a state.
pub fn section(id: &'static str, heading: Text, content: AnyView) -> AnyView {
    Section::new(id, heading).view(content)
}

/// Returns whether a section is unfolded, as it was left, else `true`. Changes are stored.
fn open_state(id: &'static str) -> ErasedSignal<bool> {
    let is_open = ErasedSignal::new(!folded().iter().any(|folded| folded == id));
    effect(move || {
        let is_open = is_open.get();
        let mut stored = folded();
        if stored.iter().any(|folded| folded == id) == is_open {
            stored.retain(|folded| folded != id);
            stored.extend((!is_open).then(|| id.to_owned()));
            StorageArea::Local.save_texts(FOLDED, &stored);
        }
    });
    is_open
}

fn folded() -> Vec<String> {
    StorageArea::Local.load_texts(FOLDED)
}
