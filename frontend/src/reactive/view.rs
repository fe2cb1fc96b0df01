//! Types of the dynamic parts of a view. Leptos generates code for every type of closure; these types are generated
//! once, which saves a third of the download.

use leptos::{ev::MouseEvent, prelude::AnyView};
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

/// Creates a click handler.
pub fn click_handler(mut action: impl FnMut() + 'static) -> ClickHandler {
    Box::new(move |_| action())
}
