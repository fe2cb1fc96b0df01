//! Where the files of the page are.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Bytes;

/// Returns the content of a file by its name; `None` if there is no such file.
type Lookup = dyn Fn(&str) -> Option<Bytes> + Send + Sync;

/// Files of a page: an `index.html` and what it names, with a `.br` and a `.gz` beside each file that gets
/// smaller by it.
#[derive(Clone)]
pub struct Assets(Source);

#[derive(Clone)]
enum Source {
    Embedded(Arc<Lookup>),
    /// Read at each request, so that a new bundle needs no new server.
    Folder(Arc<PathBuf>),
}

impl Assets {
    /// Creates assets from a function that returns the content of a file by its name, for files that are
    /// part of the program.
    pub fn embedded(lookup: impl Fn(&str) -> Option<Bytes> + Send + Sync + 'static) -> Self {
        Self(Source::Embedded(Arc::new(lookup)))
    }

    /// Creates assets from a folder. Files are read when they are requested.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self(Source::Folder(Arc::new(path.into())))
    }

    /// Returns the content of a file; `None` if there is no such file.
    pub(crate) async fn read(&self, name: &str) -> Option<Bytes> {
        match &self.0 {
            Source::Embedded(lookup) => lookup(name),
            Source::Folder(folder) => tokio::fs::read(folder.join(name)).await.ok().map(Bytes::from),
        }
    }
}

impl fmt::Debug for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Embedded(_) => f.write_str("Embedded"),
            Source::Folder(folder) => f.debug_tuple("Folder").field(folder).finish(),
        }
    }
}
