//! Rooms: which are heard, who is in them, what was said there before, and who gets what is sent.
//! They are there where the connection speaks `yodel.v1`.
//!
//! | idea | file |
//! |---|---|
//! | rooms and people as the session tells; pure | `model` |
//! | the model and the store it hears of | `desk` |
//! | the rooms, and joining one | `list` |
//! | who is in the room that is looked at | `people` |
//! | what was said there before | `earlier` |
//! | the destination as a field | `destination`; as it is typed; pure: `typed` |

mod desk;
mod destination;
mod earlier;
mod list;
mod model;
mod people;
mod typed;

use crate::{reactive::Memo, store::Store, view::part};
use desk::Desk;
use leptos::prelude::*;
use yodel_client::Mode;

pub(super) use destination::field as destination;

/// Rooms and people.
pub(super) fn section(store: Store) -> AnyView {
    let spoken = Memo::new(move || store.mode.get() != Mode::Plain);
    part(move || {
        spoken.get().then(|| {
            let desk = Desk::of(store);
            let parts = [list::section(desk), people::section(desk), earlier::section(desk)];
            view! { <div class="rooms">{parts.into_iter().collect_view()}</div> }.into_any()
        })
    })
    .into_any()
}
