//! A server, from its settings to its shutdown.
//!
//! | content | file |
//! |---|---|
//! | settings and hooks | `builder`, `settings`, `registration` |
//! | serving on a listener | `serve` |
//! | mounting in the application of the embedding program | `instance`, `handle` |
//! | rooms that several nodes share | `shared_rooms` |
//! | rooms that are kept in a folder on a disk | `stored_rooms` |
//! | background tasks | `background` |
//! | names in the certificate | `certified_names` |
//! | graceful shutdown | `shutdown` |
//! | errors | `error` |

mod background;
mod builder;
mod certified_names;
mod error;
mod handle;
mod instance;
mod registration;
mod serve;
mod settings;
#[cfg(feature = "redis")]
mod shared_rooms;
mod shutdown;
#[cfg(feature = "disk")]
mod stored_rooms;

pub use builder::ServerBuilder;
pub use error::Error;
pub use handle::ServerHandle;
pub use instance::Server;
pub use serve::Serve;
#[cfg(feature = "disk")]
pub use stored_rooms::repair_data;
