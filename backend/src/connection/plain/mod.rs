//! Plain mode: raw messages, no JSON, no greeting.
//!
//! | idea | file |
//! |---|---|
//! | a connection in plain mode | `mode` |
//! | its identity, and its part in the lobby | `participant`, `lobby` |

mod lobby;
pub mod mode;
mod session;
