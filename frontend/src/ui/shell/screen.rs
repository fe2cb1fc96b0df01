//! The first screen, put together.

use super::{
    announcer::Announcer, banner::Banner, composer::Composer, status_line::StatusLine, title::keep_title,
    toolbox::Toolbox,
};
use crate::{platform::browser, reactive::effect, state::Store, ui::log_list::MessageList};
use leptos::prelude::*;

/// The first screen, a status line, the list, an input with Send; and places for the tools.
#[component]
pub fn Screen(
    /// The state of the page.
    store: Store,
) -> impl IntoView {
    let toolbox = Toolbox::new(store);
    keep_title(store);
    effect(move || browser::set_page_language(store.lang.get()));
    view! {
        <StatusLine store/>
        <Banner store/>
        {toolbox.notice()}
        {toolbox.extra()}
        <div class="body">
            {toolbox.place(|tools| tools.side)}
            <div class="middle">
                {toolbox.place(|tools| tools.bar)}
                <MessageList store/>
            </div>
            {toolbox.place(|tools| tools.inspector)}
        </div>
        {toolbox.place(|tools| tools.sending)}
        <Composer store/>
        <Announcer store/>
    }
}
