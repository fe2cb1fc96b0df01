//! Opens connections to a server, for every subcommand that is a client.
//!
//! | concern | module |
//! |---|---|
//! | a URL, a header | [`address`], [`header`] |
//! | TCP, proxies | [`stream`], [`proxy`] |
//! | TLS | flags [`tls_flags`], configuration [`tls_config`], errors [`tls_error`] |
//! | root certificates | `system_certificates` |
//! | encoding a frame | [`frame`] |
//! | the handshake | [`handshake`]; its request [`upgrade`], its response [`response`] |
//! | redirects | [`redirect`] |
//! | errors | [`error`] |

pub mod address;
pub mod error;
pub mod frame;
pub mod handshake;
pub mod header;
pub mod proxy;
pub mod redirect;
pub mod response;
pub mod stream;
mod system_certificates;
pub mod tls_config;
pub mod tls_error;
pub mod tls_flags;
pub mod upgrade;

pub use address::{Address, UrlParser};
pub use error::{DialError, excerpt, location_excerpt};
pub use header::Header;
pub use stream::Stream;
pub use tls_flags::TlsFlags;
pub use upgrade::{UpgradeOptions, UpgradeRequest};
