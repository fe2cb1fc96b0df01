//! Rooms: list, members, history and recipient. Shown on connections with `yodel.v1` only.
//!
//! | content | file |
//! |---|---|
//! | state and actions | `controller` |
//! | joined rooms, and joining one | `list` |
//! | members of the selected room | `members` |
//! | earlier messages | `history`; the first message in the log: `first_offset` |
//! | the recipient field; its parser, pure | `recipient`; `recipient_text` |
//!
//! The data model is `crate::model::rooms`.

mod controller;
mod first_offset;
mod history;
mod list;
mod members;
mod recipient;
mod recipient_text;

use crate::{
    reactive::ErasedMemo,
    reactive::view::dynamic_view,
    state::{Connection, context},
};
use controller::RoomsController;
use leptos::prelude::*;
use yodel_client::Mode;

pub(super) use recipient::field as recipient;

/// Returns the section of rooms and members; empty in plain mode.
pub(super) fn section() -> AnyView {
    let connection = context::<Connection>();
    let is_envelope = ErasedMemo::new(move || connection.mode.get() != Mode::Plain);
    dynamic_view(move || {
        is_envelope.get().then(|| {
            let controller = RoomsController::from_context();
            let parts = [list::section(controller), members::section(controller), history::section(controller)];
            view! { <div class="rooms">{parts.into_iter().collect_view()}</div> }.into_any()
        })
    })
    .into_any()
}
