//! Failed download of a lazy part of the page.

/// The part could not be downloaded.
#[derive(Clone, Copy, Debug)]
pub struct LoadError;

#[cfg(split)]
impl From<wasm_split_helpers::SplitLoaderError> for LoadError {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}
