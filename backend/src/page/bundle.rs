//! Where the files of the page are.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Bytes;

/// The files that Trunk made, with a `.br` and a `.gz` beside each that gets smaller by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// Inside the binary.
    Embedded,
    /// In a folder, read at each request, so that a new bundle needs no new server.
    Folder(Arc<PathBuf>),
    /// Nowhere.
    Missing,
}

#[cfg(feature = "page")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../dist"]
struct Embedded;

impl Bundle {
    /// The folder if one is given, else what is inside the binary.
    pub fn new(folder: Option<PathBuf>) -> Self {
        match folder {
            Some(folder) => Self::Folder(Arc::new(folder)),
            None if cfg!(feature = "page") => Self::Embedded,
            None => Self::Missing,
        }
    }

    /// The content of a file; `None` when there is no such file.
    pub async fn read(&self, name: &str) -> Option<Bytes> {
        match self {
            Self::Embedded => embedded(name),
            Self::Folder(folder) => tokio::fs::read(folder.join(name)).await.ok().map(Bytes::from),
            Self::Missing => None,
        }
    }
}

#[cfg(feature = "page")]
fn embedded(name: &str) -> Option<Bytes> {
    <Embedded as rust_embed::RustEmbed>::get(name).map(|file| match file.data {
        std::borrow::Cow::Borrowed(content) => Bytes::from_static(content),
        std::borrow::Cow::Owned(content) => Bytes::from(content),
    })
}

#[cfg(not(feature = "page"))]
fn embedded(_: &str) -> Option<Bytes> {
    None
}
