//! The first screen.

mod address_field;
mod announcer;
mod banner;
mod composer;
mod draft;
mod lazy;
mod message_input;
mod notice;
mod panel_loader;
mod screen;
pub mod shortcuts;
mod status_line;
mod title;

pub use announcer::Announcer;
pub use composer::Composer;
pub use draft::DRAFT;
pub use screen::Screen;
pub use status_line::{dot_class, state_label};
