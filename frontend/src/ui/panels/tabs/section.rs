//! The section in the sidebar that opens tabs.

use super::{actions::Actions, label::label};
use crate::{
    reactive::view::{click_handler, dynamic_view, text},
    ui::section::section as titled,
    ui::widgets::button,
};
use leptos::prelude::*;

/// Returns the section.
pub fn section() -> AnyView {
    let actions = Actions::from_context();
    let (language, workspace) = (actions.language, actions.workspace);
    let split = dynamic_view(move || {
        workspace.tabs.with(|tabs| tabs.len() > 1).then(|| {
            view! {
                <button
                    type="button"
                    class="btn"
                    aria-pressed=text(move || workspace.split.with(Option::is_some).to_string())
                    on:click=click_handler(move || workspace.toggle_split())
                >
                    {label(language, |strings| strings.split)}
                </button>
            }
            .into_any()
        })
    });
    let content = view! {
        <div class="tab-actions">
            {button("btn", label(language, |strings| strings.open), move || actions.open())}
            {split}
        </div>
    };
    titled("h-tabs", label(language, |strings| strings.heading), content.into_any())
}
