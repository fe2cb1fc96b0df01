//! One row, whole.
//!
//! | idea | file |
//! |---|---|
//! | the view | [`selected_row`] |
//! | the text or the bytes, piece by piece | [`reader`] |
//! | JSON with a line for each value | [`pretty`] |
//! | bytes as digits | [`hex`] |
//! | what is known besides | [`properties`] |
//! | copying and saving | [`take`] |

mod copy_save;
mod hex;
mod pretty;
mod properties;
mod reader;
mod selected_row;

use crate::{
    reactive::view::part,
    state::{ListState, context},
};
use leptos::prelude::*;
use selected_row::Inspector;

/// The row that is looked into; nothing while there is none.
pub fn inspector() -> AnyView {
    let list = context::<ListState>();
    let inspector = Inspector::new();
    on_cleanup(move || list.selected.set(None));
    part(move || inspector.has_selection.get().then(|| inspector.view())).into_any()
}
