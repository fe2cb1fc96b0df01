//! The status line: a dot and a word, the address, the counts, a few buttons.

use super::address_field::AddressField;
use crate::store::Store;
use client::{State, Stopped};
use leptos::prelude::*;

/// The status line.
#[component]
pub fn StatusLine(store: Store) -> impl IntoView {
    view! {
        <header class="status">
            <h1 class="sr">"Yodel"</h1>
            <span class=move || store.state.with(dot) aria-hidden="true"></span>
            <strong class="word" role="status">{move || word(store)}</strong>
            <AddressField store/>
            <Counts store/>
            <Toggle store/>
            <button type="button" class="quiet clear" on:click=move |_| store.clear()>
                {move || store.words().clear}
            </button>
            <LanguageButton store/>
        </header>
    }
}

/// Plain digits, exact whatever happens to the rows.
#[component]
fn Counts(store: Store) -> impl IntoView {
    view! {
        <span class="counts">
            <span class="label">{move || store.words().sent}</span>
            <span class="arrow" aria-hidden="true">"↑"</span>
            " "
            <b id="sent">{move || store.read(|journal| journal.sent)}</b>
            " · "
            <span class="label">{move || store.words().received}</span>
            <span class="arrow" aria-hidden="true">"↓"</span>
            " "
            <b id="received">{move || store.read(|journal| journal.received)}</b>
        </span>
    }
}

/// Connect or Disconnect: one button, so that it keeps the focus when its word changes. While the
/// address is edited, the Connect beside it is the only one.
#[component]
fn Toggle(store: Store) -> impl IntoView {
    let wanted = Memo::new(move |_| store.state.with(is_wanted));
    let shown = Memo::new(move |_| wanted.get() || store.editing.with(Option::is_none));
    let act = move |_| if wanted.get_untracked() { store.disconnect() } else { store.connect_again() };
    let word = move || if wanted.get() { store.words().disconnect } else { store.words().connect };
    view! {
        <Show when=move || shown.get()>
            <button type="button" class="btn toggle" on:click=act>
                {word}
            </button>
        </Show>
    }
}

/// The other language's own name.
#[component]
fn LanguageButton(store: Store) -> impl IntoView {
    let other = move || store.lang.get().other();
    view! {
        <button
            type="button"
            class="quiet language"
            lang=move || other().tag()
            title=move || other().strings().switch
            on:click=move |_| store.switch_language()
        >
            {move || other().strings().name}
        </button>
    }
}

/// Whether there is a connection, or the session works on one.
fn is_wanted(state: &State) -> bool {
    !matches!(state, State::Idle | State::Closing(_) | State::Stopped(_))
}

fn dot(state: &State) -> &'static str {
    match state {
        State::Open(_) => "dot open",
        State::Idle | State::Suspended | State::Stopped(Stopped::User) => "dot",
        State::Stopped(_) => "dot failed",
        _ => "dot busy",
    }
}

fn word(store: Store) -> &'static str {
    let words = store.words();
    store.state.with(|state| match state {
        State::Open(_) => words.connected,
        State::Connecting(_) => words.connecting,
        State::Closing(_) => words.closing,
        State::Backoff { .. } => words.backoff,
        State::Offline { .. } => words.no_network,
        State::Idle | State::Suspended | State::Stopped(_) => words.idle,
    })
}
