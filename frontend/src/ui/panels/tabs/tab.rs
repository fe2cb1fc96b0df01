//! One tab: state, name, counters.

use super::{actions::Actions, label::strings};
use crate::{
    i18n::fill,
    model::tab_name::tab_name,
    reactive::view::{click_handler, text},
    state::PageState,
    ui::shell::{dot_class, state_label},
};
use leptos::{ev::MouseEvent, prelude::*};

/// Number of the middle button of a mouse.
const MIDDLE: i16 = 1;

/// Returns the tab of a connection. Its close button is for the mouse only: the keyboard has Delete, and the button at
/// the end of the bar.
pub(super) fn tab(actions: Actions, page: &'static PageState) -> AnyView {
    let workspace = actions.workspace;
    let is_selected = move || workspace.active.get().is_some_and(|active| std::ptr::eq(active, page));
    let close = move |event: MouseEvent| {
        event.stop_propagation();
        actions.close(page);
    };
    let close_with_middle = move |event: MouseEvent| {
        if event.button() == MIDDLE {
            event.prevent_default();
            actions.close(page);
        }
    };
    view! {
        <button
            type="button"
            class=text(move || if workspace.is_visible(page) { "tab visible" } else { "tab" })
            role="tab"
            aria-selected=text(move || is_selected().to_string())
            tabindex=text(move || if is_selected() { "0" } else { "-1" })
            title=text(move || title(actions, page))
            on:click=click_handler(move || actions.select(page))
            on:mousedown=close_with_middle
        >
            <span class="sr-only">{text(move || title(actions, page))}</span>
            <span aria-hidden="true" class=text(move || page.connection.state.with(dot_class))></span>
            <span aria-hidden="true" class="tab-name">{text(move || name(page))}</span>
            <span aria-hidden="true" class="tab-counts">
                {text(move || page.log.read(|log| format!("↑{} ↓{}", log.sent, log.received)))}
            </span>
            <b aria-hidden="true" class="badge">{text(move || unseen(actions, page))}</b>
            <span aria-hidden="true" class="tab-close" on:click=close>"×"</span>
        </button>
    }
    .into_any()
}

/// Returns the name of a connection, tracked.
pub(super) fn name(page: &PageState) -> String {
    page.connection.url.with(|url| tab_name(url))
}

/// Returns the number of unseen messages; empty for none.
fn unseen(actions: Actions, page: &'static PageState) -> String {
    match count_unseen(page) {
        0 => String::new(),
        n => actions.language.strings().number(n),
    }
}

/// Returns the number of unseen messages, tracked.
fn count_unseen(page: &'static PageState) -> u64 {
    page.log.read(|_| ());
    page.list.unseen_since.track();
    page.list.unseen()
}

fn title(actions: Actions, page: &'static PageState) -> String {
    let language = actions.language;
    let number = |n: u64| language.strings().number(n);
    let (sent, received) = page.log.read(|log| (log.sent, log.received));
    fill(
        strings(language).title,
        &[
            ("name", &name(page)),
            ("state", &state_label(language, page.connection)),
            ("sent", &number(sent)),
            ("received", &number(received)),
            ("new", &number(count_unseen(page))),
        ],
    )
}
