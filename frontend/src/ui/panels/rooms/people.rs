//! Who is in the room that is looked at. A click on somebody writes to them.

use super::controller::RoomsController;
use crate::{
    i18n::fill,
    model::destination::{Destination, short},
    model::rooms as model,
    reactive::view::{click, text},
    ui::focus::focus_message_field,
    ui::widgets::each,
};
use leptos::prelude::*;
use yodel_protocol::frame::PresenceEntry;

/// So many are shown; of the others it is said how many they are.
const SHOWN: usize = 100;

/// Who is there.
pub(super) fn section(desk: RoomsController) -> AnyView {
    let names = move || {
        let people = desk.shown(|room| room.people.as_ref().map(|people| first(people))).flatten();
        people.unwrap_or_default()
    };
    let heading = text(move || {
        let room = desk.shown(|room| format!("#{}", room.name)).unwrap_or_default();
        fill(desk.words().people, &[("room", &room)])
    });
    view! {
        <section aria-labelledby="h-people" hidden=crate::reactive::view::flag(move || desk.shown(|_| ()).is_none())>
            <h2 id="h-people">{heading}</h2>
            <ul>{each(names, move |name| person(desk, name))}</ul>
            <p class="soft">{text(move || rest(desk))}</p>
        </section>
    }
    .into_any()
}

fn person(desk: RoomsController, name: String) -> AnyView {
    let Some(who) = find(desk, &name) else { return ().into_any() };
    let me = desk.read(|rooms| rooms.is_me(&who));
    let shown = if who.user.is_some() { name.clone() } else { short(&name) };
    let (title, label) = (shown.clone(), shown);
    let choose = move || {
        let user = who.user.clone().map(Destination::User);
        desk.messages.to.set(user.or_else(|| who.client.clone().map(Destination::Client)));
        focus_message_field();
    };
    view! {
        <li>
            <button
                type="button"
                class="pick"
                title=text(move || fill(desk.words().write, &[("name", &title)]))
                on:click=click(choose)
            >
                <span class="dot open" aria-hidden="true"></span>
                <span class="name">
                    {text(move || if me { fill(desk.words().you, &[("name", &label)]) } else { label.clone() })}
                </span>
                " "
                <span class="soft">{text(move || tabs(desk, &name))}</span>
            </button>
        </li>
    }
    .into_any()
}

/// On how many connections somebody is.
fn tabs(desk: RoomsController, name: &str) -> String {
    let words = desk.words();
    match find(desk, name).map(|who| who.clients) {
        None => String::new(),
        Some(0) => words.just_left.to_owned(),
        Some(1) => words.tab.to_owned(),
        Some(tabs) => fill(words.tabs, &[("n", &tabs)]),
    }
}

/// Those who are not shown.
fn rest(desk: RoomsController) -> String {
    let words = desk.words();
    let known = |room: &model::Room| (room.here, room.more_people, room.people.as_ref().map(Vec::len));
    match desk.shown(known) {
        Some((true, _, None)) => words.secret.to_owned(),
        Some((_, true, Some(_))) => words.others.to_owned(),
        Some((_, false, Some(count))) if count > SHOWN => {
            fill(words.more, &[("n", &desk.language.words().number((count - SHOWN) as u64))])
        }
        _ => String::new(),
    }
}

fn first(people: &[PresenceEntry]) -> Vec<String> {
    people.iter().take(SHOWN).map(|who| model::name(who).to_owned()).collect()
}

fn find(desk: RoomsController, name: &str) -> Option<PresenceEntry> {
    desk.shown(|room| room.people.iter().flatten().find(|who| model::name(who) == name).cloned()).flatten()
}
