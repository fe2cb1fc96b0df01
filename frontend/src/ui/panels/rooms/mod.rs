//! Rooms: which are heard, who is in them, what was said there before, and who gets what is sent.
//! They are there where the connection speaks `yodel.v1`.
//!
//! | idea | file |
//! |---|---|
//! | rooms and people as the session tells; pure | `model` |
//! | the model and the store it hears of | `controller` |
//! | the rooms, and joining one | `list` |
//! | who is in the room that is looked at | `people` |
//! | what was said there before | `earlier` |
//! | the destination as a field | `destination`; as it is typed; pure: `typed` |

mod controller;
mod history;
mod list;
mod members;
mod recipient;
mod recipient_text;

use crate::{
    reactive::ErasedMemo,
    reactive::view::part,
    state::{Connection, context},
};
use controller::RoomsController;
use leptos::prelude::*;
use yodel_client::Mode;

pub(super) use recipient::field as recipient;

/// Rooms and people.
pub(super) fn section() -> AnyView {
    let connection = context::<Connection>();
    let is_envelope = ErasedMemo::new(move || connection.mode.get() != Mode::Plain);
    part(move || {
        is_envelope.get().then(|| {
            let controller = RoomsController::from_context();
            let parts = [list::section(controller), members::section(controller), history::section(controller)];
            view! { <div class="rooms">{parts.into_iter().collect_view()}</div> }.into_any()
        })
    })
    .into_any()
}
