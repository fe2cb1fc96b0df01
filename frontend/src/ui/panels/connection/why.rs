//! Why there is no connection, and what to do, in words.

use super::{
    ask,
    diagnose::{Facts, Offered, Reason, diagnose},
    say,
};
use crate::{
    i18n::connection::Words,
    model::address::Speak,
    reactive::view::{part, text},
    reactive::{ErasedSignal, effect},
    state::PageState,
    ui::focus::focus_message_field,
    ui::widgets::button,
};
use leptos::{prelude::*, task::spawn_local};
use yodel_client::{Mode, State};

/// The bar with the explanation. It goes when there is a connection.
pub fn why(store: &'static PageState) -> AnyView {
    let facts = ErasedSignal::new(known(store));
    effect(move || {
        if store.connection.state.with(|state| matches!(state, State::Open(_))) {
            store.layout.extra.set(None);
        }
    });
    spawn_local(find_out(store, facts));
    let reasons = part(move || Some(list(store, facts.get())));
    let without = part(move || {
        let reasons = diagnose(facts.get());
        (reasons.contains(&Reason::Subprotocols) || reasons.contains(&Reason::Envelope))
            .then(|| button("btn", say(store, |words| words.without), move || without(store)))
    });
    view! {
        <section class="notice why" aria-label=say(store, |words| words.why)>
            <div role="status">{reasons}</div>
            {without}
            {button("btn", say(store, |words| words.close), move || close(store))}
        </section>
    }
    .into_any()
}

fn list(store: &'static PageState, facts: Facts) -> AnyView {
    let words = Words::of(store.language.lang.get());
    let line = |reason| {
        let line = line(words, reason);
        view! { <p>{text(move || line)}</p> }.into_any()
    };
    diagnose(facts).into_iter().map(line).collect::<Vec<_>>().into_any()
}

fn known(store: &'static PageState) -> Facts {
    let url = store.connection.url.get_untracked();
    let offered = match store.connection.speak.get_untracked() {
        _ if store.connection.mode(&url) != Mode::Plain => Offered::Envelope,
        Speak::Plain(names) if !names.is_empty() => Offered::Names,
        _ => Offered::Nothing,
    };
    Facts {
        known: store.log.peek(|journal| journal.timeline.knows(&url)),
        own: store.connection.owns(&url),
        offered,
        healthy: None,
        status: None,
    }
}

async fn find_out(store: &'static PageState, facts: ErasedSignal<Facts>) {
    let url = store.connection.url.get_untracked();
    if !store.connection.owns(&url) {
        return;
    }
    let healthy = Some(ask::is_there().await);
    let status = ask::at(&url).await;
    // The bar may be gone by now.
    facts.update(|facts| *facts = Facts { healthy, status, ..*facts });
}

fn without(store: &'static PageState) {
    store.connection.speak.set(Speak::Plain(Vec::new()));
    store.dialer.connect_again();
    focus_message_field();
}

fn close(store: &'static PageState) {
    store.layout.extra.set(None);
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
