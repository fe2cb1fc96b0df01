//! Plain mode: raw messages without JSON and without a welcome.
//!
//! | content | file |
//! |---|---|
//! | connection in plain mode | `mode` |
//! | identity and lobby membership | `session`, `lobby` |

mod lobby;
pub mod mode;
mod session;
