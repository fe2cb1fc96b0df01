//! The split point of the decoders: they are downloaded when a message is first decoded. The page is a single module
//! unless it is built with `--cfg split` and split afterwards.

use crate::platform::load_error::LoadError;

pub use crate::model::decode::{Decode, DecodeError, Decoders, ErrorKind, piece::MAX_DEPTH};

/// Returns the decoders.
///
/// # Errors
/// Never returns an error in this build.
#[cfg(not(split))]
#[expect(clippy::unused_async, reason = "same signature as the split build")]
pub async fn decoders() -> Result<Decoders, LoadError> {
    Ok(Decoders::new())
}

#[cfg(split)]
pub use split::decoders;

/// The macro generates unsafe code: it declares a function of another WebAssembly module.
#[cfg(split)]
#[allow(
    unsafe_code,
    improper_ctypes,
    improper_ctypes_definitions,
    reason = "both sides are compiled from this crate at once"
)]
mod split {
    use super::{Decoders, LoadError};
    use wasm_split_helpers::wasm_split;

    /// Downloads the decoders.
    ///
    /// # Errors
    /// Returns [`LoadError`] if the download fails. The next call retries it.
    #[wasm_split(decode, fallible)]
    pub fn decoders() -> Result<Decoders, LoadError> {
        Ok(Decoders::new())
    }
}
