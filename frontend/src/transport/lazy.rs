//! The split points of the connection: `yodel.v1`, which is downloaded while the first socket connects, and event
//! streams, which are downloaded with the first of them. A plain connection needs neither. The page is a single module unless it is built with `--cfg split` and split afterwards.

use super::event_source::{CreateStreams, event_streams as create};
use crate::platform::load_error::LoadError;
use yodel_client::Subprotocol;

/// Returns the subprotocol.
///
/// # Errors
/// Never returns an error in this build.
#[cfg(not(split))]
#[expect(clippy::unused_async, reason = "same signature as the split build")]
pub async fn subprotocol() -> Result<Subprotocol, LoadError> {
    Ok(yodel_client::Yodel::new().into())
}

/// Returns the constructor of event streams.
///
/// # Errors
/// Never returns an error in this build.
#[cfg(not(split))]
#[expect(clippy::unused_async, reason = "same signature as the split build")]
pub(super) async fn event_streams() -> Result<CreateStreams, LoadError> {
    Ok(create)
}

#[cfg(split)]
pub(super) use split::event_streams;
#[cfg(split)]
pub use split::subprotocol;

/// The macro generates unsafe code: it declares a function of another WebAssembly module.
#[cfg(split)]
#[allow(
    unsafe_code,
    improper_ctypes,
    improper_ctypes_definitions,
    reason = "both sides are compiled from this crate at once"
)]
mod split {
    use super::{CreateStreams, LoadError, Subprotocol, create};
    use wasm_split_helpers::wasm_split;
    use yodel_client::Yodel;

    /// Downloads the subprotocol.
    ///
    /// # Errors
    /// Returns [`LoadError`] if the download fails. The next call retries it.
    #[wasm_split(envelope, fallible)]
    pub fn subprotocol() -> Result<Subprotocol, LoadError> {
        Ok(Yodel::new().into())
    }

    /// Downloads the event streams.
    ///
    /// # Errors
    /// Returns [`LoadError`] if the download fails. The next call retries it.
    #[wasm_split(stream, fallible)]
    pub(crate) fn event_streams() -> Result<CreateStreams, LoadError> {
        Ok(create)
    }
}
