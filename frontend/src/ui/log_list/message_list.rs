//! View of the message list. The document has only the visible rows and a few beyond either edge; height and padding
//! of the list stand in for the rest.

use super::{list::List, rows::rows};
use crate::{
    i18n::fill,
    reactive::ErasedSignal,
    reactive::view::{DynamicView, click_handler, dynamic_view, text},
    state::{Language, ListState, LogState, context},
    ui::focus::{LIST, focus_message_field},
    ui::widgets::button,
};
use leptos::prelude::*;

/// The list, and the button above it.
#[component]
pub fn MessageList() -> impl IntoView {
    let language = context::<Language>();
    let list = List::new();
    list.update_layout();
    view! {
        <div class="list">
            <section
                id=LIST
                class="scroller"
                role="log"
                aria-live=text(move || list.live())
                tabindex="0"
                aria-label=language.label(|strings| strings.messages)
                node_ref=list.scroller
                on:scroll=move |_| list.scrolled()
                on:keydown=move |event| {
                    list.key(&event);
                }
            >
                <ol id="divShow" node_ref=list.rows>
                    {rows(list)}
                </ol>
                {empty()}
            </section>
            <p class="print-note">{language.label(|strings| strings.print_note)}</p>
            {unseen(list)}
            {undo_clear()}
        </div>
    }
}

/// Returns the placeholder of an empty list.
fn empty() -> DynamicView {
    let language = context::<Language>();
    let log = context::<LogState>();
    let empty = ErasedSignal::following(move || log.read(|log| log.entries.is_empty()));
    dynamic_view(move || {
        empty.get().then(|| view! { <p class="empty">{language.label(|strings| strings.no_messages)}</p> }.into_any())
    })
}

/// Returns the button that counts the new rows below the screen and scrolls to them.
fn unseen(list: List) -> DynamicView {
    let language = context::<Language>();
    let some = ErasedSignal::following(move || list.unseen() != 0);
    let count =
        text(move || fill(language.strings().new_messages, &[("n", &language.strings().number(list.unseen()))]));
    let button = move || {
        view! {
            <button type="button" class="new-messages" on:click=click_handler(move || list.state.follow.set(true))>
                <span aria-hidden="true">"↓ "</span>
                {count.clone()}
            </button>
        }
    };
    dynamic_view(move || some.get().then(|| button().into_any()))
}

/// Returns the button that restores the cleared rows; empty while there are none.
fn undo_clear() -> DynamicView {
    let language = context::<Language>();
    let list = context::<ListState>();
    let undo = move || {
        list.undo_clear();
        focus_message_field();
    };
    dynamic_view(move || {
        let some = list.cleared.with(|cleared| !cleared.is_empty());
        some.then(|| button("new-messages undo", language.label(|strings| strings.undo_clear), undo))
    })
}
