//! One type each for what changes in a view. Leptos makes code for every type of closure; with
//! these it makes it once, which is a third of the download.

use leptos::{ev::MouseEvent, prelude::AnyView};
use std::{rc::Rc, sync::Arc};

/// A text that changes, of an element or of an attribute.
pub type Text = Arc<dyn Fn() -> String + Send + Sync>;
/// An attribute that is there or not.
pub type Flag = Arc<dyn Fn() -> bool + Send + Sync>;
/// A part of the page that changes or is away.
pub type Part = Box<dyn FnMut() -> Option<AnyView> + Send>;
/// How a text is shown.
pub type Mark = Rc<dyn Fn(&str) -> AnyView>;
/// What a click does.
pub type Click = Box<dyn FnMut(MouseEvent)>;

/// A text that changes with the signals it reads.
pub fn text<T: Into<String>>(text: impl Fn() -> T + Send + Sync + 'static) -> Text {
    Arc::new(move || text().into())
}

/// An attribute that changes with the signals it reads.
pub fn flag(flag: impl Fn() -> bool + Send + Sync + 'static) -> Flag {
    Arc::new(flag)
}

/// A part of the page that changes with the signals it reads.
pub fn part(part: impl FnMut() -> Option<AnyView> + Send + 'static) -> Part {
    Box::new(part)
}

/// A click.
pub fn click(mut act: impl FnMut() + 'static) -> Click {
    Box::new(move |_| act())
}
