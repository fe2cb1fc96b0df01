//! View of the diagnosis of a failed connection.

use super::{
    diagnose::{Cause, Requested, Symptoms, diagnose},
    label::label,
    probe,
    stream_diagnosis::stream_causes,
};
use crate::{
    i18n::connection::ConnectionStrings,
    model::address::ProtocolChoice,
    reactive::view::{dynamic_view, text},
    reactive::{ErasedSignal, effect},
    state::{Auth, Connection, Dialer, Language, Layout, LogState, context},
    ui::focus::focus_message_field,
    ui::widgets::button,
};
use leptos::{prelude::*, task::spawn_local};
use yodel_client::{State, target::without_secrets};

/// Returns the bar with the diagnosis. It closes when a connection opens.
pub fn diagnosis() -> AnyView {
    let (dialer, log) = (context::<Dialer>(), context::<LogState>());
    let connection = context::<Connection>();
    let is_stream = untrack(|| connection.is_event_stream());
    let language = context::<Language>();
    let layout = context::<Layout>();
    let symptoms = ErasedSignal::new(initial_symptoms(connection, log));
    effect(move || {
        if connection.state.with(|state| matches!(state, State::Open(_))) {
            layout.overlay.set(None);
        }
    });
    let causes = if is_stream {
        stream_causes()
    } else {
        spawn_local(probe_own_server(connection, symptoms));
        dynamic_view(move || Some(list(symptoms.get(), connection.state.with(is_reconnecting))))
    };
    let retry = dynamic_view(move || {
        let causes = diagnose(symptoms.get());
        let is_rejected = causes.contains(&Cause::SubprotocolsRejected) || causes.contains(&Cause::EnvelopeRejected);
        (is_rejected && !is_stream).then(|| {
            button("btn", label(language, |strings| strings.retry_without_subprotocol), move || {
                retry_without_subprotocol(connection, dialer);
            })
        })
    });
    view! {
        <section class="banner diagnosis" aria-label=label(language, |strings| strings.diagnosis)>
            <div role="status">{causes}</div>
            {retry}
            {button("btn", label(language, |strings| strings.close), move || close(layout))}
        </section>
    }
    .into_any()
}

/// Returns whether the session dials again on its own.
fn is_reconnecting(state: &State) -> bool {
    matches!(state, State::Connecting(_) | State::Backoff { .. } | State::Offline { .. })
}

fn list(symptoms: Symptoms, is_reconnecting: bool) -> AnyView {
    let language = context::<Language>();
    let strings = ConnectionStrings::of(language.lang.get());
    let line = |cause: Cause| {
        let next = if is_reconnecting && cause.may_pass() { strings.reconnects } else { "" };
        let line = line(strings, cause).to_owned() + next;
        view! { <p>{text(move || line.clone())}</p> }.into_any()
    };
    diagnose(symptoms).into_iter().map(line).collect::<Vec<_>>().into_any()
}

fn initial_symptoms(connection: &Connection, log: &LogState) -> Symptoms {
    let url = connection.url.get_untracked();
    let own_server = connection.is_own_url(&url);
    let has_token = |url: &str| context::<Auth>().token_for(url).is_some();
    let requested = match connection.protocol.get_untracked() {
        _ if !connection.is_plain() => Requested::Envelope,
        // Of Yodel's servers none rejects the subprotocols that accompany a token.
        ProtocolChoice::Plain(names) if !names.is_empty() || (!own_server && has_token(&url)) => {
            Requested::Subprotocols
        }
        _ => Requested::Nothing,
    };
    Symptoms {
        connected_before: log.peek(|log| log.timeline.was_connected(&without_secrets(&url))),
        own_server,
        requested,
        healthy: None,
        status: None,
    }
}

async fn probe_own_server(connection: &'static Connection, symptoms: ErasedSignal<Symptoms>) {
    let url = connection.url.get_untracked();
    if !connection.is_own_url(&url) {
        return;
    }
    let healthy = Some(probe::is_healthy().await);
    let status = probe::status_of(&url).await;
    // The bar may be closed by now; the update is ignored then.
    symptoms.update(|symptoms| *symptoms = Symptoms { healthy, status, ..*symptoms });
}

/// Dials again, in plain mode. On another server "automatic" is plain mode without a token, which would be offered with
/// a subprotocol.
fn retry_without_subprotocol(connection: &Connection, dialer: &Dialer) {
    let is_own = connection.is_own_url(&connection.url.get_untracked());
    connection.protocol.set(if is_own { ProtocolChoice::Plain(Vec::new()) } else { ProtocolChoice::Automatic });
    dialer.connect_again();
    focus_message_field();
}

fn close(layout: &Layout) {
    layout.overlay.set(None);
    focus_message_field();
}

fn line(strings: &'static ConnectionStrings, cause: Cause) -> &'static str {
    match cause {
        Cause::Checking => strings.checking,
        Cause::ServerDown => strings.server_down,
        Cause::Interrupted => strings.interrupted,
        Cause::Forbidden => strings.forbidden,
        Cause::NotFound => strings.not_found,
        Cause::AtCapacity => strings.at_capacity,
        Cause::HandshakeBlocked => strings.handshake_blocked,
        Cause::NotWebSocket => strings.not_websocket,
        Cause::Unknown => strings.unknown_cause,
        Cause::KnownServerDown => strings.known_server_down,
        Cause::SubprotocolsRejected => strings.subprotocols_rejected,
        Cause::EnvelopeRejected => strings.envelope_rejected,
    }
}
