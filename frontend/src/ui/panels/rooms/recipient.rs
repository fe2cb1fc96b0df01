//! The recipient field above the message field: `#room`, `@user`, or empty for the default of the server's path.

use super::{controller::RoomsController, recipient_text};
use crate::{
    model::rooms as model,
    platform::dom::element,
    reactive::ErasedMemo,
    reactive::view::{dynamic_view, text},
    state::{Connection, context},
    ui::focus::focus_message_field,
    ui::widgets::keyed_list,
};
use leptos::prelude::*;
use web_sys::HtmlInputElement;
use yodel_client::Mode;
use yodel_protocol::ClientId;

/// Id of the field.
const FIELD: &str = "destination";

/// Returns the field; empty in plain mode.
pub(in crate::ui::panels) fn field() -> AnyView {
    let connection = context::<Connection>();
    let is_envelope = ErasedMemo::new(move || connection.mode.get() != Mode::Plain);
    dynamic_view(move || is_envelope.get().then(|| labeled_field(RoomsController::from_context()))).into_any()
}

fn labeled_field(controller: RoomsController) -> AnyView {
    let recipient =
        text(move || controller.messages.recipient.get().as_ref().map(recipient_text::format).unwrap_or_default());
    let default_recipient = text(move || {
        let _ = controller.connection.state.get();
        if controller.is_broadcast() { controller.strings().to_lobby } else { controller.strings().to_self }
    });
    view! {
        <label class="recipient-field">
            <span>{controller.label(|strings| strings.to)}</span>
            <input
                id=FIELD
                class="form-control"
                list="destinations"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=default_recipient
                prop:value=recipient
                on:change=move |_| submit(controller)
            />
            <datalist id="destinations">
                {keyed_list(
                    move || suggestions(controller),
                    |to| view! { <option value=to></option> }.into_any(),
                )}
            </datalist>
        </label>
    }
    .into_any()
}

/// Returns all joined rooms and their members, without duplicates.
fn suggestions(controller: RoomsController) -> Vec<String> {
    controller.read(|rooms| {
        let mut names: Vec<String> = rooms.all.iter().map(|room| format!("#{}", room.name)).collect();
        let members = rooms.all.iter().flat_map(|room| room.members.iter().flatten());
        names.extend(members.map(|member| format!("@{}", model::name(member))));
        names.sort_unstable();
        names.dedup();
        names
    })
}

fn submit(controller: RoomsController) {
    let Some(field) = element::<HtmlInputElement>(FIELD) else { return };
    let members = |rooms: &model::Rooms| -> Vec<ClientId> {
        let members = rooms.all.iter().flat_map(|room| room.members.iter().flatten());
        members.filter(|member| member.user.is_none()).filter_map(|member| member.client.clone()).collect()
    };
    let clients = untrack(|| controller.read(members));
    if let Ok(to) = recipient_text::parse(&field.value(), &clients) {
        field.set_custom_validity("");
        controller.messages.recipient.set(to);
        focus_message_field();
    } else {
        field.set_custom_validity(untrack(|| controller.strings()).invalid_recipient);
        field.report_validity();
    }
}
