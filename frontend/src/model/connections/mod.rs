//! Connections that the user saved: names, addresses, and what belongs to them.
//!
//! | content | file |
//! |---|---|
//! | a saved connection, and its JSON | [`saved_connection`] |
//! | all saved connections in the order of the user | [`saved_connections`] |
//! | the JSON text of the list, which is stored and exported | [`file`](mod@file) |
//! | connections from a file added to the list | [`import`] |
//! | the saved connection of a tab, for reloads | [`chosen`] |

pub mod chosen;
pub mod file;
pub mod import;
mod protocol_name;
pub mod saved_connection;
pub mod saved_connections;

pub use chosen::ChosenConnection;
pub use file::FormatError;
pub use import::Imported;
pub use saved_connection::SavedConnection;
pub use saved_connections::SavedConnections;
