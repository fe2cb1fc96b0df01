//! Opens connections to a server, for every subcommand that is a client.
//!
//! | concern | module |
//! |---|---|
//! | a URL, a header | [`address`], [`header`] |
//! | TCP, TLS, proxies | [`stream`], [`tls_config`], [`proxy`] |
//! | encoding a frame | [`frame`] |
//! | the handshake | [`handshake`]; its request [`upgrade`], its response [`response`] |
//! | errors | [`error`] |

pub mod address;
pub mod error;
pub mod frame;
pub mod handshake;
pub mod header;
pub mod proxy;
pub mod response;
pub mod stream;
pub mod tls_config;
pub mod upgrade;

pub use address::{Address, AddressParser};
pub use error::{DialError, excerpt};
pub use header::Header;
pub use stream::Stream;
pub use upgrade::{UpgradeOptions, UpgradeRequest};
