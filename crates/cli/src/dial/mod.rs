//! Opening a connection to a server, for every command that is a client.
//!
//! | idea | file |
//! |---|---|
//! | a URL, a header | [`address`], [`header`] |
//! | TCP, TLS on it, a proxy before it | [`stream`], [`trust`], [`proxy`] |
//! | a frame | [`frame`] |
//! | a handshake | [`shake`]; what is asked [`upgrade`], what comes back [`answer`] |
//! | what goes wrong | [`error`] |

pub mod address;
pub mod answer;
pub mod error;
pub mod frame;
pub mod header;
pub mod proxy;
pub mod shake;
pub mod stream;
pub mod trust;
pub mod upgrade;

pub use address::{Address, AddressParser};
pub use error::{DialError, excerpt};
pub use header::Header;
pub use stream::Stream;
pub use upgrade::{Upgrade, Wish};
