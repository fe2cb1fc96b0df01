//! Data structures and parsers of the page. Pure: no Leptos, no browser; tested on the host.

pub mod address;
pub mod announcement_rate;
pub mod close_frame;
pub mod connections;
pub mod content_format;
pub mod copy_as;
pub mod decode;
pub mod destination;
pub mod diff;
pub mod elapsed;
pub mod history;
pub mod lobby;
pub mod log;
pub mod rooms;
pub mod rules;
pub mod server_tokens;
pub mod tab_name;
pub mod tab_record;
pub mod text;
pub mod variables;
pub mod well_known;
pub mod window;

pub use destination::Destination;
pub use server_tokens::ServerTokens;
pub use tab_record::TabRecord;
