//! Types of the dynamic parts of a view. Leptos generates code for every type of closure; these types are generated
//! once, which saves a third of the download.

use leptos::{
    ev::MouseEvent,
    prelude::{AnyView, IntoAny},
};
use std::{rc::Rc, sync::Arc};

/// A dynamic text of an element or an attribute.
pub type Text = Arc<dyn Fn() -> String + Send + Sync>;
/// A dynamic boolean attribute.
pub type BoolAttribute = Arc<dyn Fn() -> bool + Send + Sync>;
/// A dynamic view that may be absent.
pub type DynamicView = Box<dyn FnMut() -> Option<AnyView> + Send>;
/// A function that renders a text with highlighted matches.
pub type Highlighter = Rc<dyn Fn(&str) -> AnyView>;
/// A click handler.
pub type ClickHandler = Box<dyn FnMut(MouseEvent)>;

/// Creates a text that follows the signals it reads.
pub fn text<T: Into<String>>(text: impl Fn() -> T + Send + Sync + 'static) -> Text {
    Arc::new(move || text().into())
}

/// Creates a boolean attribute that follows the signals it reads.
pub fn bool_attribute(value: impl Fn() -> bool + Send + Sync + 'static) -> BoolAttribute {
    Arc::new(value)
}

/// Creates a view that follows the signals it reads.
pub fn dynamic_view(view: impl FnMut() -> Option<AnyView> + Send + 'static) -> DynamicView {
    Box::new(view)
}

/// Creates a view that follows the signals it reads, with new elements for each of their values. Leptos keeps the elements
/// of a view of the same type, with the content of their fields and the focus, which belong to another connection here.
pub fn fresh_view(mut view: impl FnMut() -> Option<AnyView> + Send + 'static) -> DynamicView {
    let mut is_odd = false;
    dynamic_view(move || {
        is_odd = !is_odd;
        let view = view()?;
        // Two types in turn.
        Some(if is_odd { view } else { Some(view).into_any() })
    })
}

/// Creates a click handler.
pub fn click_handler(mut action: impl FnMut() + 'static) -> ClickHandler {
    Box::new(move |_| action())
}
