//! Why there is no connection, and what to do, in words.

use super::{
    ask,
    diagnose::{Facts, Offered, Reason, diagnose},
    label::label,
};
use crate::{
    i18n::connection::ConnectionStrings,
    model::address::Speak,
    reactive::view::{part, text},
    reactive::{ErasedSignal, effect},
    state::{Connection, Dialer, Language, Layout, LogState, context},
    ui::focus::focus_message_field,
    ui::widgets::button,
};
use leptos::{prelude::*, task::spawn_local};
use yodel_client::{Mode, State};

/// The bar with the explanation. It goes when there is a connection.
pub fn why() -> AnyView {
    let (dialer, log) = (context::<Dialer>(), context::<LogState>());
    let connection = context::<Connection>();
    let language = context::<Language>();
    let layout = context::<Layout>();
    let facts = ErasedSignal::new(known(connection, log));
    effect(move || {
        if connection.state.with(|state| matches!(state, State::Open(_))) {
            layout.extra.set(None);
        }
    });
    spawn_local(find_out(connection, facts));
    let reasons = part(move || Some(list(facts.get())));
    let without = part(move || {
        let reasons = diagnose(facts.get());
        (reasons.contains(&Reason::Subprotocols) || reasons.contains(&Reason::Envelope)).then(|| {
            button("btn", label(language, |strings| strings.retry_without_subprotocol), move || {
                without(connection, dialer)
            })
        })
    });
    view! {
        <section class="banner diagnosis" aria-label=label(language, |strings| strings.diagnosis)>
            <div role="status">{reasons}</div>
            {without}
            {button("btn", label(language, |strings| strings.close), move || close(layout))}
        </section>
    }
    .into_any()
}

fn list(facts: Facts) -> AnyView {
    let language = context::<Language>();
    let strings = ConnectionStrings::of(language.lang.get());
    let line = |reason| {
        let line = line(strings, reason);
        view! { <p>{text(move || line)}</p> }.into_any()
    };
    diagnose(facts).into_iter().map(line).collect::<Vec<_>>().into_any()
}

fn known(connection: &Connection, log: &LogState) -> Facts {
    let url = connection.url.get_untracked();
    let offered = match connection.speak.get_untracked() {
        _ if connection.mode(&url) != Mode::Plain => Offered::Envelope,
        Speak::Plain(names) if !names.is_empty() => Offered::Names,
        _ => Offered::Nothing,
    };
    Facts {
        known: log.peek(|journal| journal.timeline.knows(&url)),
        own: connection.owns(&url),
        offered,
        healthy: None,
        status: None,
    }
}

async fn find_out(connection: &'static Connection, facts: ErasedSignal<Facts>) {
    let url = connection.url.get_untracked();
    if !connection.owns(&url) {
        return;
    }
    let healthy = Some(ask::is_there().await);
    let status = ask::at(&url).await;
    // The bar may be gone by now.
    facts.update(|facts| *facts = Facts { healthy, status, ..*facts });
}

fn without(connection: &Connection, dialer: &Dialer) {
    connection.speak.set(Speak::Plain(Vec::new()));
    dialer.connect_again();
    focus_message_field();
}

fn close(layout: &Layout) {
    layout.extra.set(None);
    focus_message_field();
}

fn line(strings: &'static ConnectionStrings, reason: Reason) -> &'static str {
    match reason {
        Reason::Asking => strings.checking,
        Reason::Down => strings.server_down,
        Reason::Broke => strings.interrupted,
        Reason::Forbidden => strings.forbidden,
        Reason::NothingThere => strings.not_found,
        Reason::Busy => strings.at_capacity,
        Reason::InTheWay => strings.handshake_blocked,
        Reason::NoWebSocket => strings.not_websocket,
        Reason::Opaque => strings.unknown_cause,
        Reason::WasThere => strings.known_server_down,
        Reason::Subprotocols => strings.subprotocols_rejected,
        Reason::Envelope => strings.envelope_rejected,
    }
}
