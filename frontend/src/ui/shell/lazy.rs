//! The split point of the page: code that is reachable only through this file is downloaded on demand. The page is a
//! single module unless it is built with `--cfg split` and split afterwards.

use crate::platform::load_error::LoadError;

pub use crate::ui::panels::Panels;

/// Returns the panels.
///
/// # Errors
/// Never returns an error in this build.
#[cfg(not(split))]
#[expect(clippy::unused_async, reason = "same signature as the split build")]
pub async fn panels() -> Result<Panels, LoadError> {
    Ok(Panels::new())
}

#[cfg(split)]
pub use split::panels;

/// The macro generates unsafe code: it declares a function of another WebAssembly module.
#[cfg(split)]
#[allow(
    unsafe_code,
    improper_ctypes,
    improper_ctypes_definitions,
    reason = "both sides are compiled from this crate at once"
)]
mod split {
    use super::{LoadError, Panels};
    use wasm_split_helpers::wasm_split;

    /// Downloads the panels.
    ///
    /// # Errors
    /// Returns [`LoadError`] if the download fails. The next call retries it.
    #[wasm_split(tools, fallible)]
    pub fn panels() -> Result<Panels, LoadError> {
        Ok(Panels::new())
    }
}
