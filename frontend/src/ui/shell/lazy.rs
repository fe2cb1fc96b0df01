//! Where the page is split: what is reached only from here is downloaded when it is asked for.
//! It is one piece unless the build says `--cfg split` and takes it apart afterwards.

pub use crate::ui::panels::Panels;

/// The part could not be downloaded.
#[derive(Clone, Copy, Debug)]
pub struct LoadError;

/// Everything beyond the first screen.
///
/// # Errors
/// When it could not be downloaded. The next call tries again.
#[cfg(not(split))]
#[expect(clippy::unused_async, reason = "as the one that downloads")]
pub async fn panels() -> Result<Panels, LoadError> {
    Ok(Panels::new())
}

#[cfg(split)]
pub use split::panels;

/// The macro's code is unsafe: it declares a function that another file will have.
#[cfg(split)]
#[allow(
    unsafe_code,
    improper_ctypes,
    improper_ctypes_definitions,
    reason = "both sides are this crate, compiled at once"
)]
mod split {
    use super::{LoadError, Panels};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    /// Everything beyond the first screen.
    ///
    /// # Errors
    /// When it could not be downloaded. The next call tries again.
    #[wasm_split(tools, fallible)]
    pub fn panels() -> Result<Panels, LoadError> {
        Ok(Panels::new())
    }

    impl From<SplitLoaderError> for LoadError {
        fn from(_: SplitLoaderError) -> Self {
            Self
        }
    }
}
