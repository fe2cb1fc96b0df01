//! Data structures and parsers of the page. Pure: no Leptos, no browser; tested on the host.

pub mod address;
pub mod announcement_rate;
pub mod close_frame;
pub mod destination;
pub mod history;
pub mod log;
pub mod rooms;
pub mod server_tokens;
pub mod text;
pub mod well_known;
pub mod window;

pub use destination::Destination;
pub use server_tokens::ServerTokens;
