//! The joined rooms with their unread messages, and the field to join one.

use super::controller::RoomsController;
use crate::{
    i18n::fill,
    platform::dom::element,
    reactive::view::{Text, click_handler, text},
    ui::section::Section,
    ui::widgets::keyed_list,
};
use leptos::{ev::SubmitEvent, prelude::*};
use web_sys::HtmlInputElement;
use yodel_protocol::RoomName;

/// Id of the room field.
const FIELD: &str = "room";

/// Returns the section of rooms.
pub(super) fn section(controller: RoomsController) -> AnyView {
    let names = move || controller.read(|rooms| rooms.all.iter().map(|room| room.name.to_string()).collect());
    let content = view! {
            <ul>{keyed_list(names, move |name| room_item(controller, &name))}</ul>
            <form class="inline-form" on:submit=move |event| submit(controller, &event)>
                <input
                    id=FIELD
                    class="form-control"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=controller.label(|strings| strings.room_name)
                    aria-describedby="refusal"
                    placeholder=controller.label(|strings| strings.room_name)
                    on:input=move |_| set_error("")
                />
                <button type="submit" class="btn">
                    {controller.label(|strings| strings.join)}
                </button>
            </form>
            <p id="refusal" class="room-error" role="alert">
                {text(move || controller.error_text())}
            </p>
    };
    Section::new("h-rooms", controller.label(|strings| strings.heading))
        .count(controller.language, move || controller.read(|rooms| rooms.all.len()))
        .view(content.into_any())
}

fn room_item(controller: RoomsController, name: &str) -> AnyView {
    let Ok(room) = RoomName::new(name) else { return ().into_any() };
    let (clicked, left, current) = (room.clone(), room.clone(), room.clone());
    let unread = unread_text(controller, room.clone());
    let leave = text(move || fill(controller.strings().leave, &[("room", &room)]));
    view! {
        <li>
            <button
                type="button"
                class="list-button"
                aria-current=text(move || controller.selected(|room| (room.name == current).to_string()).unwrap_or_default())
                on:click=click_handler(move || controller.select(clicked.clone()))
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
                on:click=click_handler(move || {
                    controller.leave(&left);
                    focus_field();
                })
            >
                "×"
            </button>
        </li>
    }
    .into_any()
}

/// Returns the number of unread messages, or that the join is pending.
fn unread_text(controller: RoomsController, name: RoomName) -> Text {
    text(move || {
        let found = |rooms: &crate::model::rooms::Rooms| {
            rooms.all.iter().find(|room| room.name == name).map(|room| (room.is_joined, room.unread))
        };
        match controller.read(found) {
            None | Some((true, 0)) => String::new(),
            Some((true, unread)) => {
                fill(controller.strings().unread, &[("n", &controller.language.strings().number(unread))])
            }
            Some((false, _)) => controller.strings().joining.to_owned(),
        }
    })
}

fn submit(controller: RoomsController, event: &SubmitEvent) {
    event.prevent_default();
    let Some(field) = field() else { return };
    let typed = field.value();
    let name = typed.trim().trim_start_matches('#');
    match RoomName::new(name).ok().filter(|room| !room.is_everyone()) {
        Some(room) => {
            field.set_value("");
            controller.join(room);
        }
        None => set_error(controller.strings().invalid_name),
    }
}

/// Sets the error of the room field; an empty text removes it.
fn set_error(text: &str) {
    if let Some(field) = field() {
        field.set_custom_validity(text);
        if !text.is_empty() {
            field.report_validity();
        }
    }
}

fn focus_field() {
    if let Some(field) = field() {
        let _ = field.focus();
    }
}

fn field() -> Option<HtmlInputElement> {
    element(FIELD)
}
