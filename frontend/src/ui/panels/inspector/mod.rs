//! The inspector: the selected row in full.
//!
//! | content | file |
//! |---|---|
//! | the view | [`selected_row`] |
//! | the content, piece by piece | [`reader`] |
//! | indented JSON | [`pretty`] |
//! | hex dump | [`hex`] |
//! | properties of the message | [`properties`] |
//! | copying and saving | [`copy_save`] |

mod copy_save;
mod hex;
mod pretty;
mod properties;
mod reader;
mod selected_row;

use crate::{
    reactive::view::dynamic_view,
    state::{ListState, context},
};
use leptos::prelude::*;
use selected_row::Inspector;

/// Returns the inspector; empty while no row is selected.
pub fn inspector() -> AnyView {
    let list = context::<ListState>();
    let inspector = Inspector::new();
    on_cleanup(move || list.selected.set(None));
    dynamic_view(move || inspector.has_selection.get().then(|| inspector.view())).into_any()
}
