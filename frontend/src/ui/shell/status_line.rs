//! The status line: state, URL, counts and buttons.

use super::address_field::AddressField;
use crate::{
    reactive::ErasedSignal,
    reactive::view::{click_handler, dynamic_view, text},
    state::{Connection, Dialer, Language, Layout, ListState, LogState, connection::is_active_state, context},
    ui::widgets::button,
};
use leptos::prelude::*;
use yodel_client::{State, StopReason};

/// The status line.
#[component]
pub fn StatusLine() -> impl IntoView {
    let connection = context::<Connection>();
    let language = context::<Language>();
    let list = context::<ListState>();
    view! {
        <header class="status">
            <h1 class="sr-only">"Yodel"</h1>
            <span class=text(move || connection.state.with(dot_class)) aria-hidden="true"></span>
            <strong class="state" role="status">{text(move || state_label(language, connection))}</strong>
            <AddressField/>
            <Counts/>
            <ConnectButton/>
            {button("btn-text clear", language.label(|strings| strings.clear), move || list.clear())}
            <LanguageButton/>
            <ToolsButton/>
        </header>
    }
}

/// Numbers of sent and received messages, in plain digits. Removed rows stay counted.
#[component]
fn Counts() -> impl IntoView {
    let language = context::<Language>();
    let log = context::<LogState>();
    view! {
        <span class="counts">
            <span class="label">{language.label(|strings| strings.sent)}</span>
            <span class="arrow" aria-hidden="true">"↑"</span>
            " "
            <b id="sent">{text(move || log.read(|log| log.sent.to_string()))}</b>
            " · "
            <span class="label">{language.label(|strings| strings.received)}</span>
            <span class="arrow" aria-hidden="true">"↓"</span>
            " "
            <b id="received">{text(move || log.read(|log| log.received.to_string()))}</b>
            <b id="latency">{text(move || latency(log))}</b>
        </span>
    }
}

/// Returns the latency; empty if it was not measured.
fn latency(log: &LogState) -> String {
    let latency = log.read(|log| log.latency_ms);
    latency.map_or_else(String::new, |ms| format!(" · {ms} ms"))
}

/// Connect or Disconnect: one button, so that it keeps the focus when its label changes. It is hidden while the URL is
/// edited, because that form has its own Connect.
#[component]
fn ConnectButton() -> impl IntoView {
    let connection = context::<Connection>();
    let dialer = context::<Dialer>();
    let language = context::<Language>();
    let is_active = ErasedSignal::following(move || connection.state.with(is_active_state));
    let is_visible = ErasedSignal::following(move || is_active.get() || connection.editing.with(Option::is_none));
    let action = move || {
        if connection.state.with_untracked(is_active_state) { dialer.disconnect() } else { dialer.connect_again() }
    };
    let label = text(move || if is_active.get() { language.strings().disconnect } else { language.strings().connect });
    dynamic_view(move || is_visible.get().then(|| button("btn toggle", label.clone(), action)))
}

/// Opens or closes the panels.
#[component]
fn ToolsButton() -> impl IntoView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    view! {
        <button
            type="button"
            class="btn tools"
            aria-expanded=text(move || layout.tools.get().to_string())
            on:click=click_handler(move || layout.toggle_tools())
        >
            {language.label(|strings| strings.tools)}
        </button>
    }
}

/// Switches to the other language; the label is the name of that language.
#[component]
fn LanguageButton() -> impl IntoView {
    let language = context::<Language>();
    let other = move || language.lang.get().other();
    view! {
        <button
            type="button"
            class="btn-text language"
            lang=text(move || other().tag())
            title=text(move || other().strings().switch_language)
            on:click=click_handler(move || language.switch())
        >
            {text(move || other().strings().language_name)}
        </button>
    }
}

/// Returns the classes of the dot that shows a state.
pub fn dot_class(state: &State) -> &'static str {
    match state {
        State::Open(_) => "dot open",
        State::Idle | State::Suspended | State::Stopped(StopReason::User) => "dot",
        State::Stopped(_) => "dot failed",
        _ => "dot busy",
    }
}

/// Returns the name of the connection's state, tracked.
pub fn state_label(language: &Language, connection: &Connection) -> &'static str {
    let strings = language.strings();
    connection.state.with(|state| match state {
        State::Open(_) => strings.connected,
        State::Connecting(_) => strings.connecting,
        State::Closing(_) => strings.disconnecting,
        State::Backoff { .. } => strings.reconnecting,
        State::Offline { .. } => strings.offline,
        State::Idle | State::Suspended | State::Stopped(_) => strings.disconnected,
    })
}
