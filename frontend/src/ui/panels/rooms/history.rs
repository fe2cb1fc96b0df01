//! Earlier messages of the selected room, oldest first. They are a list of their own, because the message list is in
//! order of arrival.

use super::controller::RoomsController;
use crate::{
    platform::time::LocalTime,
    reactive::ErasedMemo,
    reactive::view::{bool_attribute, dynamic_view, text},
    ui::widgets::{button, keyed_list},
};
use leptos::prelude::*;
use yodel_protocol::frame::Message;

/// Characters of a message that are shown at most.
const MAX_CHARS: usize = 300;

/// Returns the earlier messages and the button that loads more.
pub(super) fn section(controller: RoomsController) -> AnyView {
    let keys = move || controller.selected(|room| room.earlier.iter().map(key_of).collect()).unwrap_or_default();
    let has_more =
        ErasedMemo::new(move || controller.selected(|room| room.is_joined && room.more_earlier).unwrap_or_default());
    let load = move || {
        if !controller.read(|rooms| rooms.selected().is_some_and(|room| rooms.is_loading_history(&room.name))) {
            controller.load_history();
        }
    };
    let load_button =
        dynamic_view(move || has_more.get().then(|| button("btn", controller.label(|strings| strings.earlier), load)));
    let placeholder = text(move || {
        let ended = controller.selected(|room| !room.more_earlier && room.earlier.is_empty()).unwrap_or_default();
        if ended { controller.strings().no_earlier } else { "" }
    });
    view! {
        <div class="history">
            {load_button} <p class="muted" role="status">{placeholder}</p>
            <ol
                tabindex="0"
                aria-label=controller.label(|strings| strings.earlier)
                hidden=bool_attribute(move || controller.selected(|room| room.earlier.is_empty()).unwrap_or(true))
            >
                {keyed_list(keys, move |key| message_item(controller, &key))}
            </ol>
        </div>
    }
    .into_any()
}

/// Returns the key of a message: its offset and room.
fn key_of(message: &Message) -> String {
    format!("{}/{}", message.offset.unwrap_or_default().0, message.room)
}

fn message_item(controller: RoomsController, key: &str) -> AnyView {
    let found =
        controller.selected(|room| room.earlier.iter().find(|message| key_of(message) == key).cloned()).flatten();
    let Some(message) = found else { return ().into_any() };
    let sender = message.from.map(|from| from.user.map_or_else(|| from.client.to_string(), |user| user.to_string()));
    let text = message.data.as_string().map_or_else(|| message.data.text().to_owned(), std::borrow::Cow::into_owned);
    view! {
        <li>
            <span class="muted">
                {date_and_time(message.time)} " " {sender.map(|sender| crate::model::destination::short(&sender))}
            </span>
            " "
            {text.chars().take(MAX_CHARS).collect::<String>()}
        </li>
    }
    .into_any()
}

/// Returns local date and time, or the number if it is not a time.
fn date_and_time(ms: u64) -> String {
    let Some(time) = LocalTime::checked(ms) else { return ms.to_string() };
    format!("{} {}", time.day(), time.minutes())
}
