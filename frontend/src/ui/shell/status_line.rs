//! The status line: a dot and a word, the address, the counts, a few buttons.

use super::address_field::AddressField;
use crate::{
    reactive::ErasedMemo,
    reactive::view::{click, part, text},
    state::PageState,
    ui::widgets::button,
};
use leptos::prelude::*;
use yodel_client::{State, Stopped};

/// The status line.
#[component]
pub fn StatusLine(store: &'static PageState) -> impl IntoView {
    view! {
        <header class="status">
            <h1 class="sr">"Yodel"</h1>
            <span class=text(move || store.connection.state.with(dot)) aria-hidden="true"></span>
            <strong class="word" role="status">{text(move || word(store))}</strong>
            <AddressField store/>
            <Counts store/>
            <Toggle store/>
            {button("quiet clear", store.language.say(|words| words.clear), move || store.list.clear())}
            <LanguageButton store/>
            <ToolsButton store/>
        </header>
    }
}

/// Plain digits, exact whatever happens to the rows.
#[component]
fn Counts(store: &'static PageState) -> impl IntoView {
    view! {
        <span class="counts">
            <span class="label">{store.language.say(|words| words.sent)}</span>
            <span class="arrow" aria-hidden="true">"↑"</span>
            " "
            <b id="sent">{text(move || store.log.read(|journal| journal.sent.to_string()))}</b>
            " · "
            <span class="label">{store.language.say(|words| words.received)}</span>
            <span class="arrow" aria-hidden="true">"↓"</span>
            " "
            <b id="received">{text(move || store.log.read(|journal| journal.received.to_string()))}</b>
            <b id="latency">{text(move || latency(store))}</b>
        </span>
    }
}

/// How long the server took to answer, where it says so.
fn latency(store: &'static PageState) -> String {
    let latency = store.log.read(|journal| journal.latency_ms);
    latency.map_or_else(String::new, |ms| format!(" · {ms} ms"))
}

/// Connect or Disconnect: one button, so that it keeps the focus when its word changes. While the
/// address is edited, the Connect beside it is the only one.
#[component]
fn Toggle(store: &'static PageState) -> impl IntoView {
    let wanted = ErasedMemo::new(move || store.connection.state.with(is_wanted));
    let shown = ErasedMemo::new(move || wanted.get() || store.connection.editing.with(Option::is_none));
    let act = move || if untrack(|| wanted.get()) { store.dialer.disconnect() } else { store.dialer.connect_again() };
    let word =
        text(move || if wanted.get() { store.language.words().disconnect } else { store.language.words().connect });
    part(move || shown.get().then(|| button("btn toggle", word.clone(), act)))
}

/// Opens and closes everything beyond the first screen.
#[component]
fn ToolsButton(store: &'static PageState) -> impl IntoView {
    view! {
        <button
            type="button"
            class="btn tools"
            aria-expanded=text(move || store.layout.tools.get().to_string())
            on:click=click(move || store.layout.toggle_tools())
        >
            {store.language.say(|words| words.tools)}
        </button>
    }
}

/// The other language's own name.
#[component]
fn LanguageButton(store: &'static PageState) -> impl IntoView {
    let other = move || store.language.lang.get().other();
    view! {
        <button
            type="button"
            class="quiet language"
            lang=text(move || other().tag())
            title=text(move || other().strings().switch)
            on:click=click(move || store.language.switch())
        >
            {text(move || other().strings().name)}
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

fn word(store: &'static PageState) -> &'static str {
    let words = store.language.words();
    store.connection.state.with(|state| match state {
        State::Open(_) => words.connected,
        State::Connecting(_) => words.connecting,
        State::Closing(_) => words.closing,
        State::Backoff { .. } => words.backoff,
        State::Offline { .. } => words.no_network,
        State::Idle | State::Suspended | State::Stopped(_) => words.idle,
    })
}
