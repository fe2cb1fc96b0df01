//! The rooms that are heard, each with what is unread there, and a field to join one.

use super::controller::RoomsController;
use crate::{
    i18n::fill,
    platform::dom::element,
    reactive::view::{Text, click, text},
    ui::widgets::each,
};
use leptos::{ev::SubmitEvent, prelude::*};
use web_sys::HtmlInputElement;
use yodel_protocol::RoomName;

/// The field's id.
const FIELD: &str = "room";

/// The rooms.
pub(super) fn section(desk: RoomsController) -> AnyView {
    let names = move || desk.read(|rooms| rooms.all.iter().map(|room| room.name.to_string()).collect());
    view! {
        <section aria-labelledby="h-rooms">
            <h2 id="h-rooms">{desk.label(|strings| strings.heading)}</h2>
            <ul>{each(names, move |name| room(desk, &name))}</ul>
            <form class="inline-form" on:submit=move |event| submit(desk, &event)>
                <input
                    id=FIELD
                    class="form-control"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=desk.label(|strings| strings.room_name)
                    aria-describedby="refusal"
                    placeholder=desk.label(|strings| strings.room_name)
                    on:input=move |_| say("")
                />
                <button type="submit" class="btn">
                    {desk.label(|strings| strings.join)}
                </button>
            </form>
            <p id="refusal" class="room-error" role="alert">
                {text(move || desk.refusal())}
            </p>
        </section>
    }
    .into_any()
}

fn room(desk: RoomsController, name: &str) -> AnyView {
    let Ok(room) = RoomName::new(name) else { return ().into_any() };
    let (chosen, left, looked) = (room.clone(), room.clone(), room.clone());
    let unread = unread(desk, room.clone());
    let leave = text(move || fill(desk.strings().leave, &[("room", &room)]));
    view! {
        <li>
            <button
                type="button"
                class="list-button"
                aria-current=text(move || desk.shown(|room| (room.name == looked).to_string()).unwrap_or_default())
                on:click=click(move || desk.choose(chosen.clone()))
            >
                <span class="name">"# " {name.to_owned()}</span>
                " "
                <span class="muted">{unread}</span>
            </button>
            <button
                type="button"
                class="btn-text"
                aria-label=leave.clone()
                title=leave
                on:click=click(move || {
                    desk.leave(&left);
                    focus();
                })
            >
                "×"
            </button>
        </li>
    }
    .into_any()
}

/// How many messages of a room are unread, or that it is not heard yet.
fn unread(desk: RoomsController, name: RoomName) -> Text {
    text(move || {
        let found = |rooms: &crate::model::rooms::Rooms| {
            rooms.all.iter().find(|room| room.name == name).map(|room| (room.here, room.unread))
        };
        match desk.read(found) {
            None | Some((true, 0)) => String::new(),
            Some((true, unread)) => fill(desk.strings().unread, &[("n", &desk.language.strings().number(unread))]),
            Some((false, _)) => desk.strings().joining.to_owned(),
        }
    })
}

fn submit(desk: RoomsController, event: &SubmitEvent) {
    event.prevent_default();
    let Some(field) = field() else { return };
    let typed = field.value();
    let name = typed.trim().trim_start_matches('#');
    match RoomName::new(name).ok().filter(|room| !room.is_everyone()) {
        Some(room) => {
            field.set_value("");
            desk.join(room);
        }
        None => say(desk.strings().invalid_name),
    }
}

/// Says beside the field what is wrong with it; nothing is wrong with an empty text.
fn say(text: &str) {
    if let Some(field) = field() {
        field.set_custom_validity(text);
        if !text.is_empty() {
            field.report_validity();
        }
    }
}

fn focus() {
    if let Some(field) = field() {
        let _ = field.focus();
    }
}

fn field() -> Option<HtmlInputElement> {
    element(FIELD)
}
