//! Types of the dynamic parts of a view. Leptos generates code for every type of closure; these types are generated once,
//! which saves a third of the download.

use leptos::{ev::MouseEvent, prelude::AnyView};
use std::{rc::Rc, sync::Arc};

/// A dynamic text of an element or an attribute.
pub type Text = Arc<dyn Fn() -> String + Send + Sync>;
/// A dynamic boolean attribute.
pub type Flag = Arc<dyn Fn() -> bool + Send + Sync>;
/// A dynamic view that may be absent.
pub type Part = Box<dyn FnMut() -> Option<AnyView> + Send>;
/// A function that renders a text, for instance with highlights.
pub type Mark = Rc<dyn Fn(&str) -> AnyView>;
/// A click handler.
pub type Click = Box<dyn FnMut(MouseEvent)>;

/// Creates a text that follows the signals it reads.
pub fn text<T: Into<String>>(text: impl Fn() -> T + Send + Sync + 'static) -> Text {
    Arc::new(move || text().into())
}

/// Creates an attribute that follows the signals it reads.
pub fn flag(flag: impl Fn() -> bool + Send + Sync + 'static) -> Flag {
    Arc::new(flag)
}

/// Creates a view that follows the signals it reads.
pub fn part(part: impl FnMut() -> Option<AnyView> + Send + 'static) -> Part {
    Box::new(part)
}

/// Creates a click handler.
pub fn click(mut action: impl FnMut() + 'static) -> Click {
    Box::new(move |_| action())
}
