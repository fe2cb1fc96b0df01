//! The first screen.

use super::{
    announcer::Announcer, banner::Banner, composer::Composer, notice::notices, panel_loader::PanelLoader,
    status_line::StatusLine, title::update_title,
};
use crate::{platform::dom, reactive::effect, state::PageState, ui::log_list::MessageList};
use leptos::prelude::*;

/// The first screen: status line, list and message field, with places for the panels.
#[component]
pub fn Screen(
    /// State of the page.
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
        {notices()}
        <div class="body">
            {loader.slot(|panels| panels.sidebar)}
            <div class="main">
                {loader.slot(|panels| panels.toolbar)}
                <MessageList/>
                {loader.slot(|panels| panels.strip)}
            </div>
            {loader.slot(|panels| panels.inspector)}
        </div>
        {loader.slot(|panels| panels.sending)}
        <Composer/>
        <Announcer/>
    }
}
