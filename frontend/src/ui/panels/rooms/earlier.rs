//! What was said in the room that is looked at, before anything that is in the list. It is a list
//! of its own, oldest first: the other is in the order of arrival, and what arrives late would be
//! found there at the end.

use super::controller::RoomsController;
use crate::{
    platform::time::LocalTime,
    reactive::ErasedMemo,
    reactive::view::{flag, part, text},
    ui::widgets::{button, each},
};
use leptos::prelude::*;
use yodel_protocol::frame::Message;

/// So many characters of a message are shown.
const SHOWN: usize = 300;

/// Earlier messages, and the way to them.
pub(super) fn section(desk: RoomsController) -> AnyView {
    let names = move || desk.shown(|room| room.earlier.iter().map(name).collect()).unwrap_or_default();
    let more = ErasedMemo::new(move || desk.shown(|room| room.here && room.more_earlier).unwrap_or_default());
    let ask = move || {
        if !desk.read(|rooms| rooms.shown().is_some_and(|room| rooms.is_asked(&room.name))) {
            desk.ask_earlier();
        }
    };
    let way = part(move || more.get().then(|| button("btn", desk.label(|strings| strings.earlier), ask)));
    let end = text(move || {
        let ended = desk.shown(|room| !room.more_earlier && room.earlier.is_empty()).unwrap_or_default();
        if ended { desk.strings().no_earlier } else { "" }
    });
    view! {
        <div class="history">
            {way} <p class="muted" role="status">{end}</p>
            <ol
                tabindex="0"
                aria-label=desk.label(|strings| strings.earlier)
                hidden=flag(move || desk.shown(|room| room.earlier.is_empty()).unwrap_or(true))
            >
                {each(names, move |name| message(desk, &name))}
            </ol>
        </div>
    }
    .into_any()
}

/// A message keeps its place in its room, and its room its name.
fn name(message: &Message) -> String {
    format!("{}/{}", message.offset.unwrap_or_default().0, message.room)
}

fn message(desk: RoomsController, wanted: &str) -> AnyView {
    let found = desk.shown(|room| room.earlier.iter().find(|message| name(message) == wanted).cloned()).flatten();
    let Some(message) = found else { return ().into_any() };
    let who = message.from.map(|from| from.user.map_or_else(|| from.client.to_string(), |user| user.to_string()));
    let said = message.data.as_string().map_or_else(|| message.data.text().to_owned(), std::borrow::Cow::into_owned);
    view! {
        <li>
            <span class="muted">
                {when(message.time)} " " {who.map(|who| crate::model::destination::short(&who))}
            </span>
            " "
            {said.chars().take(SHOWN).collect::<String>()}
        </li>
    }
    .into_any()
}

/// Local date and time.
fn when(ms: u64) -> String {
    let time = LocalTime::new(ms);
    format!("{} {}", time.day(), time.minutes())
}
