//! The first screen.

mod address_field;
mod announcer;
mod banner;
mod composer;
mod lazy;
mod screen;
pub mod shortcuts;
mod status_line;
mod title;
mod toolbox;

pub use screen::Screen;
