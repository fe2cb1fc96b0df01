//! Settings of a server as plain values, without behavior.
//!
//! | content | file |
//! |---|---|
//! | settings of a server | `server_config` |
//! | settings of authentication | `auth` |
//! | settings of rooms that are kept on a disk | `data` |
//! | settings with a fixed set of values | `modes` |
//! | value types | `address_range`, `host_name`, `node_name`, `origin`, `rate`, `retention` |
//! | paths of endpoints | `path` |
//! | defaults, with their reasons | [`defaults`] |
//! | limits that follow from the settings | `effective_limits` |
//! | checks, and their errors | `check`, `error` |

mod address_range;
mod auth;
mod check;
#[cfg(feature = "disk")]
mod data;
pub mod defaults;
mod effective_limits;
mod error;
mod host_name;
mod modes;
mod node_name;
mod origin;
mod path;
mod rate;
mod retention;
mod server_config;

pub use address_range::{AddressRange, ParseAddressRangeError};
pub use auth::{AuthConfig, TokenSetting};
#[cfg(feature = "disk")]
pub use data::{DataConfig, Durability};
pub use error::ConfigError;
pub use host_name::{HostName, ParseHostNameError};
pub use modes::{AuthMode, Compression, MetricsAccess, PeerAddress, Plain, PlainFormat};
pub use node_name::{NodeName, ParseNodeNameError};
pub use origin::{AllowedOrigin, Origin, ParseOriginError};
pub(crate) use origin::{default_port, split_port};
pub use rate::Rate;
pub use retention::{HistoryConfig, RetentionConfig};
pub use server_config::ServerConfig;

#[cfg(test)]
mod tests;
