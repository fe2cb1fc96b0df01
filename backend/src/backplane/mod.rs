//! Backplane: what gives messages their position and keeps them, in this process or for several nodes.
//!
//! | content | file |
//! |---|---|
//! | answers that may come later | `answer`, `unavailable` |
//! | the local side of a room | `replica` |
//! | in the memory of this process | `memory` |
//! | on a disk; what rooms call for it | `disk`, `journal` |
//! | in a store that several nodes share | `shared` |
//! | what other nodes do for their connections | `signal` |
//! | messages, their recipients and history; result and order of publishes | `message`, `recipients`, `history`, `publish`, `publish_order` |
//! | listings of rooms and connections | `listing` |

pub mod answer;
pub mod digest;
#[cfg(feature = "disk")]
pub mod disk;
pub mod history;
mod interface;
#[cfg(feature = "disk")]
pub mod journal;
pub mod listing;
pub mod memory;
pub mod message;
pub mod publish;
pub mod publish_order;
pub mod recipients;
#[cfg(feature = "redis")]
pub mod redis;
pub mod replica;
#[cfg(feature = "redis")]
pub mod shared;
pub mod signal;
pub mod unavailable;

pub use interface::{Backplane, FollowAnswer, HistoryAnswer, PublishAnswer};
