//! The second pane of the split view: a compact status line, the list and the message field of a connection.

use super::tab::name;
use crate::{
    reactive::{
        ErasedSignal,
        view::{dynamic_view, fresh_view, text},
    },
    state::{PageState, Workspace, connection::is_active_state, context},
    ui::{
        log_list::MessageList,
        shell::{Announcer, Composer, dot_class, state_label},
        widgets::button,
    },
};
use leptos::prelude::*;

/// Returns the pane; absent without a split view.
pub fn pane() -> AnyView {
    let workspace = context::<Workspace>();
    fresh_view(move || {
        let page = workspace.split.get()?;
        page.provide();
        Some(view_of(page))
    })
    .into_any()
}

fn view_of(page: &'static PageState) -> AnyView {
    view! {
        <section class="pane" aria-label=text(move || name(page))>
            {status(page)}
            <MessageList/>
            <Composer/>
            <Announcer/>
        </section>
    }
    .into_any()
}

/// Returns the compact status line.
fn status(page: &'static PageState) -> AnyView {
    let (connection, dialer, language) = (page.connection, page.dialer, page.language);
    let is_active = ErasedSignal::following(move || connection.state.with(is_active_state));
    let label = text(move || if is_active.get() { language.strings().disconnect } else { language.strings().connect });
    let toggle = move || {
        if connection.state.with_untracked(is_active_state) { dialer.disconnect() } else { dialer.connect_again() }
    };
    view! {
        <header class="pane-status">
            <span class=text(move || connection.state.with(dot_class)) aria-hidden="true"></span>
            <strong role="status">{text(move || state_label(language, connection))}</strong>
            <span class="pane-name">{text(move || name(page))}</span>
            {dynamic_view(move || Some(button("btn", label.clone(), toggle)))}
        </header>
    }
    .into_any()
}
