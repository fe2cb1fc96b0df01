//! Any server.
//!
//! | idea | file |
//! |---|---|
//! | where to, what to speak there, who one is | [`form`] |
//! | addresses that answered before; pure | [`addresses`] |
//! | what a person types as subprotocols; pure | [`subprotocols`] |
//! | why there is no connection | [`why`](mod@why), [`diagnose`], [`ask`] |

mod addresses;
mod ask;
mod diagnose;
mod form;
mod label;
mod subprotocols;
mod why;

pub use why::why;

use crate::{
    i18n::{connection::ConnectionStrings, fill},
    platform::storage::StorageArea,
    reactive::view::{part, text},
    reactive::{ErasedSignal, effect},
    state::{Connection, Dispatcher, Language, LogState, context},
    ui::widgets::{button, fold, named_button, section as titled},
};
use addresses::Addresses;
use form::Form;
use label::label;
use leptos::prelude::*;
use yodel_client::State;

/// Where the addresses are stored.
const ADDRESSES: &str = "yodel.addresses";

/// The section about the connection.
pub fn section() -> AnyView {
    let (connection, dispatcher, log) = (context::<Connection>(), context::<Dispatcher>(), context::<LogState>());
    let language = context::<Language>();
    let form = Form::new();
    let before = ErasedSignal::new(StorageArea::Local.load::<Addresses>(ADDRESSES).unwrap_or_default());
    effect(move || remember(log, before));
    let content = view! {
        {form.view()}
        <p class="muted">{text(move || chosen(connection, dispatcher, language))}</p>
        {part(move || before.with(|before| !before.urls.is_empty()).then(|| list(form, before)))}
    };
    titled("connection", label(language, |strings| strings.heading), content.into_any())
}

/// Which subprotocol the server chose.
fn chosen(connection: &Connection, dispatcher: &Dispatcher, language: &Language) -> String {
    if !connection.state.with(|state| matches!(state, State::Open(_))) {
        return String::new();
    }
    let strings = ConnectionStrings::of(language.lang.get());
    match dispatcher.subprotocol().as_str() {
        "" => strings.no_subprotocol.to_owned(),
        name => fill(strings.subprotocol, &[("name", &name)]),
    }
}

/// Keeps the address of the last connection that came up.
fn remember(log: &LogState, before: ErasedSignal<Addresses>) {
    let newest = |journal: &crate::model::log::Log| {
        journal.timeline.marks.iter().rev().find(|mark| mark.code.is_none()).map(|mark| mark.url.clone())
    };
    let Some(url) = log.read(newest) else { return };
    let mut addresses = before.get_untracked();
    if addresses.add(&url) {
        keep(before, addresses);
    }
}

fn keep(before: ErasedSignal<Addresses>, addresses: Addresses) {
    StorageArea::Local.save(ADDRESSES, &addresses);
    before.set(addresses);
}

fn list(form: Form, before: ErasedSignal<Addresses>) -> AnyView {
    let language = context::<Language>();
    let items: Vec<_> = before.get().urls.iter().map(|url| item(form, before, url)).collect();
    fold(label(language, |strings| strings.recent), view! { <ul class="list-plain">{items}</ul> }.into_any())
}

fn item(form: Form, before: ErasedSignal<Addresses>, url: &str) -> AnyView {
    let language = context::<Language>();
    let strings = ConnectionStrings::of(language.lang.get());
    let (shown, filled, forgotten) = (url.to_owned(), url.to_owned(), url.to_owned());
    let forget = move || {
        let mut addresses = before.get_untracked();
        addresses.urls.retain(|known| *known != forgotten);
        keep(before, addresses);
    };
    view! {
        <li>
            {button("btn-text address", text(move || shown.clone()), move || form.go_to(filled.clone()))}
            {named_button("btn-text", text(|| "×"), fill(strings.remove, &[("url", &url)]), forget)}
        </li>
    }
    .into_any()
}
