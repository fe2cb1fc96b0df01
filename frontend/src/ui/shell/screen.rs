//! The first screen, put together.

use super::{
    announcer::Announcer, banner::Banner, composer::Composer, status_line::StatusLine, title::keep_title,
    toolbox::Toolbox,
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
    let toolbox = Toolbox::new();
    keep_title();
    effect(move || dom::set_language(store.language.lang.get().tag()));
    view! {
        <StatusLine/>
        <Banner/>
        {toolbox.notice()}
        {toolbox.extra()}
        <div class="body">
            {toolbox.place(|tools| tools.side)}
            <div class="main">
                {toolbox.place(|tools| tools.bar)}
                <MessageList/>
            </div>
            {toolbox.place(|tools| tools.inspector)}
        </div>
        {toolbox.place(|tools| tools.sending)}
        <Composer/>
        <Announcer/>
    }
}
