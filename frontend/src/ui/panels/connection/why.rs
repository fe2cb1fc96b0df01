//! Why there is no connection, and what to do, in words.

use super::{
    ask,
    diagnose::{Facts, Offered, Reason, diagnose},
    label::label,
};
use crate::{
    i18n::connection::Words,
    model::address::ProtocolChoice,
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
            layout.overlay.set(None);
        }
    });
    spawn_local(find_out(connection, facts));
    let reasons = part(move || Some(list(facts.get())));
    let without = part(move || {
        let reasons = diagnose(facts.get());
        (reasons.contains(&Reason::Subprotocols) || reasons.contains(&Reason::Envelope))
            .then(|| button("btn", label(language, |words| words.without), move || without(connection, dialer)))
    });
    view! {
        <section class="notice why" aria-label=label(language, |words| words.why)>
            <div role="status">{reasons}</div>
            {without}
            {button("btn", label(language, |words| words.close), move || close(layout))}
        </section>
    }
    .into_any()
}

fn list(facts: Facts) -> AnyView {
    let language = context::<Language>();
    let words = Words::of(language.lang.get());
    let line = |reason| {
        let line = line(words, reason);
        view! { <p>{text(move || line)}</p> }.into_any()
    };
    diagnose(facts).into_iter().map(line).collect::<Vec<_>>().into_any()
}

fn known(connection: &Connection, log: &LogState) -> Facts {
    let url = connection.url.get_untracked();
    let offered = match connection.protocol.get_untracked() {
        _ if connection.mode(&url) != Mode::Plain => Offered::Envelope,
        ProtocolChoice::Plain(names) if !names.is_empty() => Offered::Names,
        _ => Offered::Nothing,
    };
    Facts {
        known: log.peek(|journal| journal.timeline.was_connected(&url)),
        own: connection.is_own_url(&url),
        offered,
        healthy: None,
        status: None,
    }
}

async fn find_out(connection: &'static Connection, facts: ErasedSignal<Facts>) {
    let url = connection.url.get_untracked();
    if !connection.is_own_url(&url) {
        return;
    }
    let healthy = Some(ask::is_there().await);
    let status = ask::at(&url).await;
    // The bar may be gone by now.
    facts.update(|facts| *facts = Facts { healthy, status, ..*facts });
}

fn without(connection: &Connection, dialer: &Dialer) {
    connection.protocol.set(ProtocolChoice::Plain(Vec::new()));
    dialer.connect_again();
    focus_message_field();
}

fn close(layout: &Layout) {
    layout.overlay.set(None);
    focus_message_field();
}

fn line(words: &'static Words, reason: Reason) -> &'static str {
    match reason {
        Reason::Asking => words.asking,
        Reason::Down => words.down,
        Reason::Broke => words.broke,
        Reason::Forbidden => words.forbidden,
        Reason::NothingThere => words.nothing_there,
        Reason::Busy => words.busy,
        Reason::InTheWay => words.in_the_way,
        Reason::NoWebSocket => words.no_web_socket,
        Reason::Opaque => words.opaque,
        Reason::WasThere => words.was_there,
        Reason::Subprotocols => words.offered,
        Reason::Envelope => words.offered_envelope,
    }
}
