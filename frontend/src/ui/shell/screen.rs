//! The first screen, put together.

use super::{
    announcer::Announcer, banner::Banner, composer::Composer, panel_loader::PanelLoader, status_line::StatusLine,
    title::update_title,
};
use crate::{platform::dom, reactive::effect, state::PageState, ui::log_list::MessageList};
use leptos::prelude::*;

/// The first screen, a status line, the list, an input with Send; and places for the tools.
#[component]
pub fn Screen(
    /// The state of the page.
    store: &'static PageState,
) -> impl IntoView {
    store.provide();
    let loader = PanelLoader::new();
    update_title();
    effect(move || dom::set_language(store.language.lang.get().tag()));
    view! {
        <StatusLine/>
        <Banner/>
        {loader.download_error()}
        {loader.extra()}
        <div class="body">
            {loader.slot(|panels| panels.sidebar)}
            <div class="main">
                {loader.slot(|panels| panels.toolbar)}
                <MessageList/>
            </div>
            {loader.slot(|panels| panels.inspector)}
        </div>
        {loader.slot(|panels| panels.sending)}
        <Composer/>
        <Announcer/>
    }
}
