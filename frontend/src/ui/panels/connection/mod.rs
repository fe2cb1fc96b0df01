//! The connection panel.
//!
//! | content | file |
//! |---|---|
//! | URL, protocol and token | [`form`] |
//! | recent URLs; pure | [`addresses`] |
//! | subprotocols as typed; pure | [`subprotocols`] |
//! | names of events as typed; pure | [`event_names`] |
//! | automatic reconnects, ping, close with code and reason | [`control`], [`ping`], [`close_form`] |
//! | why an event stream failed | [`stream_diagnosis`], [`stream_cause`], [`stream_probe`] |
//! | why a connection failed | [`diagnosis`](mod@diagnosis), [`diagnose`], [`probe`] |

mod addresses;
mod close_form;
mod control;
mod diagnose;
mod diagnosis;
mod event_names;
mod form;
mod label;
mod ping;
mod probe;
mod stream_cause;
mod stream_diagnosis;
mod stream_form;
mod stream_probe;
pub(super) mod subprotocols;

pub use diagnosis::diagnosis;

use super::copy_as;
use crate::{
    i18n::{connection::ConnectionStrings, fill},
    model::copy_as::Step,
    reactive::effect,
    reactive::view::{dynamic_view, text},
    state::{Connection, Dispatcher, Language, LogState, SharedList, context},
    ui::section::Section,
    ui::widgets::{button, disclosure, labeled_button},
};
use addresses::Addresses;
use form::Form;
use label::label;
use leptos::prelude::*;
use yodel_client::State;

/// Storage name of the recent URLs.
const ADDRESSES: &str = "yodel.addresses";

/// Returns the section.
pub fn section() -> AnyView {
    let (connection, dispatcher, log) = (context::<Connection>(), context::<Dispatcher>(), context::<LogState>());
    let language = context::<Language>();
    let form = Form::new();
    let recent = SharedList::load(ADDRESSES);
    // Without room in the storage the list stays as it is.
    let _ = recent.change(Addresses::remove_secrets);
    effect(move || remember(log, recent));
    let content = view! {
        {form.view()}
        {control::controls()}
        {dynamic_view(move || recent.with(|recent| !recent.urls.is_empty()).then(|| recent_list(form, recent)))}
        {copy_as::menu(|| Step::Connect)}
    };
    Section::new("connection", label(language, |strings| strings.heading))
        .state(move || subprotocol_text(connection, dispatcher, language))
        .view(content.into_any())
}

/// Returns the selected subprotocol; empty without a connection, and for an event stream, which has none.
fn subprotocol_text(connection: &Connection, dispatcher: &Dispatcher, language: &Language) -> String {
    if connection.is_event_stream() || !connection.state.with(|state| matches!(state, State::Open(_))) {
        return String::new();
    }
    let strings = ConnectionStrings::of(language.lang.get());
    match dispatcher.subprotocol().as_str() {
        "" => strings.no_subprotocol.to_owned(),
        name => fill(strings.subprotocol, &[("name", &name)]),
    }
}

/// Adds the URL of the newest connection to the recent ones.
fn remember(log: &LogState, recent: SharedList<Addresses>) {
    let newest = |log: &crate::model::log::Log| {
        log.timeline.changes.iter().rev().find(|change| change.code.is_none()).map(|change| change.url.clone())
    };
    let Some(url) = log.read(newest) else { return };
    // Without room in the storage the address is not remembered.
    let _ = recent.change(|addresses| addresses.add(&url));
}

fn recent_list(form: Form, recent: SharedList<Addresses>) -> AnyView {
    let language = context::<Language>();
    let items: Vec<_> = recent.get().urls.iter().map(|url| item(form, recent, url)).collect();
    disclosure(label(language, |strings| strings.recent), view! { <ul class="list-plain">{items}</ul> }.into_any())
}

fn item(form: Form, recent: SharedList<Addresses>, url: &str) -> AnyView {
    let language = context::<Language>();
    let strings = ConnectionStrings::of(language.lang.get());
    let (label_text, filled, removed) = (url.to_owned(), url.to_owned(), url.to_owned());
    let remove = move || {
        // A shorter list always fits.
        let _ = recent.change(|addresses| addresses.urls.retain(|known| *known != removed));
    };
    view! {
        <li>
            {button("btn-text address", text(move || label_text.clone()), move || form.set_address(filled.clone()))}
            {labeled_button("btn-text", text(|| "×"), fill(strings.remove, &[("url", &url)]), remove)}
        </li>
    }
    .into_any()
}
