//! The first screen.

use super::{
    announcer::Announcer, banner::Banner, composer::Composer, notice::notices, panel_loader::PanelLoader,
    status_line::StatusLine, title::update_title,
};
use crate::{
    platform::dom,
    reactive::{
        effect,
        view::{DynamicView, fresh_view},
    },
    state::PageState,
    ui::log_list::MessageList,
};
use leptos::prelude::*;

/// The first screen: status line, list and message field of the shown connection, with places for the panels.
#[component]
pub fn Screen(
    /// The first connection of the page.
    store: &'static PageState,
) -> impl IntoView {
    store.provide();
    let (language, workspace) = (store.language, store.workspace);
    let loader = PanelLoader::new();
    let title = document().title();
    workspace.on_open(move |page| update_title(page, &title));
    effect(move || dom::set_language(language.lang.get().tag()));
    let of_shown = move |view: fn() -> AnyView| -> DynamicView {
        fresh_view(move || {
            workspace.shown.get()?.provide();
            Some(view())
        })
    };
    view! {
        {loader.always(|panels| panels.tab_bar)}
        {of_shown(|| view! { <StatusLine/><Banner/> }.into_any())}
        {loader.download_error()}
        {loader.extra()}
        {notices()}
        <div class="body">
            {loader.slot(|panels| panels.sidebar)}
            <main class="main">
                {loader.slot(|panels| panels.toolbar)}
                {of_shown(|| view! { <MessageList/> }.into_any())}
                {loader.slot(|panels| panels.strip)}
            </main>
            {loader.slot(|panels| panels.inspector)}
        </div>
        {loader.slot(|panels| panels.sending)}
        {of_shown(|| view! { <Composer/><Announcer/> }.into_any())}
        {loader.always(|panels| panels.second_pane)}
    }
}
