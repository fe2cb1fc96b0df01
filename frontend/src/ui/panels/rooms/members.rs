//! Members of the selected room. A click on one selects the recipient.

use super::controller::RoomsController;
use crate::{
    i18n::fill,
    model::destination::{Destination, short},
    model::rooms as model,
    reactive::view::{bool_attribute, click_handler, text},
    ui::focus::focus_message_field,
    ui::section::Section,
    ui::widgets::keyed_list,
};
use leptos::prelude::*;
use yodel_protocol::frame::PresenceEntry;

/// Maximum number of listed members.
const MAX_LISTED: usize = 100;

/// Returns the section of members.
pub(super) fn section(controller: RoomsController) -> AnyView {
    let names = move || {
        let members = controller.selected(|room| room.members.as_ref().map(|members| first(members))).flatten();
        members.unwrap_or_default()
    };
    let heading = text(move || {
        let room = controller.selected(|room| format!("#{}", room.name)).unwrap_or_default();
        fill(controller.strings().members, &[("room", &room)])
    });
    let count = move || controller.selected(|room| room.members.as_ref().map_or(0, Vec::len)).unwrap_or_default();
    let content = view! {
        <ul>{keyed_list(names, move |name| member_item(controller, name))}</ul>
        <p class="muted">{text(move || unlisted(controller))}</p>
    };
    let section = Section::new("h-people", heading).count(controller.language, count).view(content.into_any());
    view! { <div hidden=bool_attribute(move || controller.selected(|_| ()).is_none())>{section}</div> }.into_any()
}

fn member_item(controller: RoomsController, name: String) -> AnyView {
    let Some(member) = find(controller, &name) else { return ().into_any() };
    let is_me = controller.read(|rooms| rooms.is_me(&member));
    let display_name = if member.user.is_some() { name.clone() } else { short(&name) };
    let (title, label) = (display_name.clone(), display_name);
    let send_to = move || {
        let user = member.user.clone().map(Destination::User);
        controller.messages.recipient.set(user.or_else(|| member.client.clone().map(Destination::Client)));
        focus_message_field();
    };
    view! {
        <li>
            <button
                type="button"
                class="list-button"
                title=text(move || fill(controller.strings().send_to, &[("name", &title)]))
                on:click=click_handler(send_to)
            >
                <span class="dot open" aria-hidden="true"></span>
                <span class="name">
                    {text(move || if is_me { fill(controller.strings().you, &[("name", &label)]) } else { label.clone() })}
                </span>
                " "
                <span class="muted">{text(move || tabs_text(controller, &name))}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Returns the number of connections of a member.
fn tabs_text(controller: RoomsController, name: &str) -> String {
    let strings = controller.strings();
    match find(controller, name).map(|member| member.clients) {
        None => String::new(),
        Some(0) => strings.just_left.to_owned(),
        Some(1) => strings.tab.to_owned(),
        Some(tabs) => fill(strings.tabs, &[("n", &tabs)]),
    }
}

/// Returns the note about members that are not listed; empty if all are.
fn unlisted(controller: RoomsController) -> String {
    let strings = controller.strings();
    let known = |room: &model::Room| (room.is_joined, room.more_members, room.members.as_ref().map(Vec::len));
    match controller.selected(known) {
        Some((true, _, None)) => strings.members_hidden.to_owned(),
        Some((_, true, Some(_))) => strings.and_others.to_owned(),
        Some((_, false, Some(count))) if count > MAX_LISTED => {
            fill(strings.and_more, &[("n", &controller.language.strings().number((count - MAX_LISTED) as u64))])
        }
        _ => String::new(),
    }
}

fn first(members: &[PresenceEntry]) -> Vec<String> {
    members.iter().take(MAX_LISTED).map(|member| model::name(member).to_owned()).collect()
}

fn find(controller: RoomsController, name: &str) -> Option<PresenceEntry> {
    controller
        .selected(|room| room.members.iter().flatten().find(|member| model::name(member) == name).cloned())
        .flatten()
}
