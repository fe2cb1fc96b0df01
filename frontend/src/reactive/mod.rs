//! Leptos's signals and dynamic parts of views, each with one inner type. Leptos generates code for every type; these
//! types are generated once, which saves a third of the download.

pub mod element_ref;
pub mod listener;
pub mod signals;
pub mod view;

pub use element_ref::ElementRef;
pub use listener::{listen_to_document, listen_to_window};
pub use signals::{ErasedMemo, ErasedSignal, ErasedValue, effect};
pub use view::{
    BoolAttribute, ClickHandler, DynamicView, Highlighter, Text, bool_attribute, click_handler, dynamic_view,
    fresh_view, text,
};
