//! The bar of tabs; absent while there is one connection.

use super::{actions::Actions, keys, label::label, panes, tab::tab};
use crate::{
    i18n::tabs::TabStrings,
    reactive::{
        ErasedMemo, effect,
        view::{click_handler, dynamic_view, text},
    },
    state::{PageState, Workspace},
    ui::widgets::keyed_list,
};
use leptos::prelude::*;

/// Returns the bar. Restores the connections from before a reload, and stores them from then on.
pub fn bar() -> AnyView {
    let actions = Actions::from_context();
    let workspace = actions.workspace;
    untrack(|| workspace.restore());
    effect(move || workspace.store());
    keys::listen(actions);
    panes::follow_focus(workspace);
    let is_shown = ErasedMemo::new(move || workspace.tabs.with(|tabs| tabs.len() > 1));
    dynamic_view(move || is_shown.get().then(|| several(actions))).into_any()
}

fn several(actions: Actions) -> AnyView {
    let workspace = actions.workspace;
    let names = move || workspace.tabs.with(|tabs| tabs.iter().map(|page| page.suffix.clone()).collect());
    view! {
        <nav class="tab-bar" aria-label=label(actions.language, |strings| strings.heading)>
            <div
                class="tabs"
                role="tablist"
                aria-label=label(actions.language, |strings| strings.heading)
                on:keydown=move |event| keys::press(actions, &event)
            >
                {keyed_list(names, move |suffix| find(workspace, &suffix).map_or_else(|| ().into_any(), |page| tab(actions, page)))}
            </div>
            {icon_button(actions, "+", |strings| strings.open, move || actions.open())}
            <button
                type="button"
                class="btn-text split"
                aria-pressed=text(move || workspace.split.with(Option::is_some).to_string())
                on:click=click_handler(move || workspace.toggle_split())
            >
                {label(actions.language, |strings| strings.split)}
            </button>
            {icon_button(actions, "×", |strings| strings.close, move || actions.close_active())}
        </nav>
    }
    .into_any()
}

/// Returns the connection with this suffix; `None` after it was closed.
fn find(workspace: &Workspace, suffix: &str) -> Option<&'static PageState> {
    workspace.tabs.with_untracked(|tabs| tabs.iter().find(|page| page.suffix == suffix).copied())
}

fn icon_button(
    actions: Actions,
    icon: &'static str,
    name: fn(&TabStrings) -> &'static str,
    action: impl FnMut() + 'static,
) -> AnyView {
    view! {
        <button
            type="button"
            class="btn-text icon"
            aria-label=label(actions.language, name)
            title=label(actions.language, name)
            on:click=click_handler(action)
        >
            {icon}
        </button>
    }
    .into_any()
}
