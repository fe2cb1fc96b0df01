//! Leptos's signals and view parts, each with one inner type whatever it holds. Leptos generates code
//! for every type; with these it does so once, which is a third of the download.

pub mod signals;
pub mod view;

pub use signals::{ErasedMemo, ErasedSignal, ErasedValue, effect};
pub use view::{Click, Flag, Mark, Part, Text, click, flag, part, text};
