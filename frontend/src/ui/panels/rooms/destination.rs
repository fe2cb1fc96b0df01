//! Who gets what is sent next, as a field over the input: `#room`, `@person`, or nothing for where
//! the server's path leads.

use super::{controller::RoomsController, typed};
use crate::{
    model::rooms as model,
    platform::dom::element,
    reactive::ErasedMemo,
    reactive::view::{part, text},
    state::{Connection, context},
    ui::focus::focus_message_field,
    ui::widgets::each,
};
use leptos::prelude::*;
use web_sys::HtmlInputElement;
use yodel_client::Mode;
use yodel_protocol::ClientId;

/// The field's id.
const FIELD: &str = "destination";

/// The field. Over a plain connection there is no choice.
pub(in crate::ui::panels) fn field() -> AnyView {
    let connection = context::<Connection>();
    let spoken = ErasedMemo::new(move || connection.mode.get() != Mode::Plain);
    part(move || spoken.get().then(|| labelled(RoomsController::from_context()))).into_any()
}

fn labelled(desk: RoomsController) -> AnyView {
    let chosen = text(move || desk.messages.to.get().as_ref().map(typed::write).unwrap_or_default());
    let by_itself = text(move || {
        let _ = desk.connection.state.get();
        if desk.is_broadcast() { desk.strings().to_lobby } else { desk.strings().to_self }
    });
    view! {
        <label class="recipient-field">
            <span>{desk.label(|strings| strings.to)}</span>
            <input
                id=FIELD
                class="form-control"
                list="destinations"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=by_itself
                prop:value=chosen
                on:change=move |_| choose(desk)
            />
            <datalist id="destinations">
                {each(
                    move || suggestions(desk),
                    |to| view! { <option value=to></option> }.into_any(),
                )}
            </datalist>
        </label>
    }
    .into_any()
}

/// All rooms that are heard, and all people in them, each once.
fn suggestions(desk: RoomsController) -> Vec<String> {
    desk.read(|rooms| {
        let mut all: Vec<String> = rooms.all.iter().map(|room| format!("#{}", room.name)).collect();
        let people = rooms.all.iter().flat_map(|room| room.people.iter().flatten());
        all.extend(people.map(|who| format!("@{}", model::name(who))));
        all.sort_unstable();
        all.dedup();
        all
    })
}

fn choose(desk: RoomsController) {
    let Some(field) = element::<HtmlInputElement>(FIELD) else { return };
    let people = |rooms: &model::Rooms| -> Vec<ClientId> {
        let people = rooms.all.iter().flat_map(|room| room.people.iter().flatten());
        people.filter(|who| who.user.is_none()).filter_map(|who| who.client.clone()).collect()
    };
    let clients = untrack(|| desk.read(people));
    if let Ok(to) = typed::read(&field.value(), &clients) {
        field.set_custom_validity("");
        desk.messages.to.set(to);
        focus_message_field();
    } else {
        field.set_custom_validity(untrack(|| desk.strings()).invalid_recipient);
        field.report_validity();
    }
}
