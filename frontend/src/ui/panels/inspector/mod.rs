//! The inspector: the selected row in full.
//!
//! | content | file |
//! |---|---|
//! | the view | [`selected_row`] |
//! | heading, keys, actions and note, width | `header`, `keys`, `row_buttons`, [`resizer`] |
//! | the content, piece by piece | [`reader`] |
//! | indented JSON | [`pretty`] |
//! | hex dump | [`hex`] |
//! | decoded content, and the choice of a format | [`decoded`], [`format_choice`] |
//! | download of the decoders | [`lazy`](mod@lazy) |
//! | comparison with another row | `comparison` |
//! | properties of the message | [`properties`] |

mod comparison;
mod decoded;
mod format_choice;
mod header;
mod hex;
mod keys;
mod lazy;
mod pretty;
mod properties;
mod reader;
mod resizer;
mod row_buttons;
mod selected_row;

use crate::{reactive::view::dynamic_view, ui::panels::rows::RowActions};
use leptos::prelude::*;
use selected_row::Inspector;

/// Returns the inspector; empty while no row is selected.
pub fn inspector(rows: RowActions) -> AnyView {
    let inspector = Inspector::new(rows);
    on_cleanup(move || rows.list.selected.set(None));
    dynamic_view(move || inspector.has_selection.get().then(|| inspector.view())).into_any()
}
