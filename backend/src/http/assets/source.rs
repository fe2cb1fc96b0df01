//! Sources of the files of the page.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Bytes;
use parking_lot::RwLock;

use super::file::File;

/// Returns the content of a file by its name; `None` if there is no such file.
type Lookup = dyn Fn(&str) -> Option<Bytes> + Send + Sync;

/// Files of a page: `index.html` and the files that it refers to, each with a `.br` and a `.gz` version if that is
/// smaller.
#[derive(Clone)]
pub struct Assets(Source);

#[derive(Clone)]
enum Source {
    Embedded(Arc<Embedded>),
    Folder(Arc<Folder>),
}

/// Files embedded into the program.
struct Embedded {
    lookup: Box<Lookup>,
    /// Cache of the requested files, bounded by the number of embedded files.
    files: RwLock<HashMap<Box<str>, Arc<File>>>,
}

/// Folder of files. It is read on each request, so that a new bundle takes effect without a restart.
struct Folder {
    path: PathBuf,
    /// The files of the responses in progress and the latest one, so that responses share their content, which clients may
    /// take long to read.
    files: RwLock<HashMap<Box<str>, Arc<File>>>,
}

impl Assets {
    /// Creates assets from a function that returns the content of a file by name. The content must never change.
    ///
    /// ```
    /// use yodel_server::{Assets, Server};
    ///
    /// let page = Assets::embedded(|name| (name == "index.html").then(|| "<!doctype html>Hello".into()));
    /// let server = Server::builder().assets(page).build()?;
    /// # Ok::<(), yodel_server::Error>(())
    /// ```
    pub fn embedded(lookup: impl Fn(&str) -> Option<Bytes> + Send + Sync + 'static) -> Self {
        Self(Source::Embedded(Arc::new(Embedded { lookup: Box::new(lookup), files: RwLock::default() })))
    }

    /// Creates assets from a folder. Files are read each time they are requested; the responses in progress share their
    /// content.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self(Source::Folder(Arc::new(Folder { path: path.into(), files: RwLock::default() })))
    }

    /// Returns a file by name; `None` if it does not exist.
    pub(crate) async fn file(&self, name: &str) -> Option<Arc<File>> {
        match &self.0 {
            Source::Embedded(embedded) => embedded.file(name),
            Source::Folder(folder) => folder.file(name).await,
        }
    }
}

impl Embedded {
    fn file(&self, name: &str) -> Option<Arc<File>> {
        if let Some(file) = self.files.read().get(name) {
            return Some(Arc::clone(file));
        }
        let content = (self.lookup)(name)?;
        let mut files = self.files.write();
        Some(Arc::clone(files.entry(name.into()).or_insert_with(|| Arc::new(File::new(content)))))
    }
}

impl Folder {
    async fn file(&self, name: &str) -> Option<Arc<File>> {
        let content = tokio::fs::read(self.path.join(name)).await.ok();
        let known = self.files.read().get(name).map(Arc::clone);
        match (content, known) {
            (Some(content), Some(known)) if known.content() == content => Some(known),
            (Some(content), _) => {
                let file = Arc::new(File::new(content.into()));
                let mut files = self.files.write();
                files.retain(|_, file| file.is_in_use());
                files.insert(name.into(), Arc::clone(&file));
                Some(file)
            }
            (None, _) => None,
        }
    }
}

impl fmt::Debug for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Embedded(_) => f.write_str("Embedded"),
            Source::Folder(folder) => f.debug_tuple("Folder").field(&folder.path).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn looks_up_an_embedded_file_once() {
        let assets = Assets::embedded(|name| (name == "index.html").then(|| Bytes::from_static(b"page")));
        let first = assets.file("index.html").await.unwrap();
        let tag = first.tag().unwrap().as_bytes().as_ptr();
        let second = assets.file("index.html").await.unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(second.tag().unwrap().as_bytes().as_ptr(), tag, "computed once");
        assert!(assets.file("nothing").await.is_none());
    }

    #[tokio::test]
    async fn keeps_the_files_of_a_folder_only_while_they_are_in_use() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let assets = Assets::folder(folder.path());
        let Source::Folder(source) = &assets.0 else { panic!("the source is a folder") };
        let response = assets.file("a").await.unwrap().content();
        for name in ["b", "c"] {
            assets.file(name).await.unwrap();
        }
        let mut kept: Vec<_> = source.files.read().keys().cloned().collect();
        kept.sort();
        assert_eq!(kept, ["a", "c"].map(Box::<str>::from));
        assert_eq!(assets.file("a").await.unwrap().content().as_ptr(), response.as_ptr());
    }

    #[tokio::test]
    async fn reads_a_folder_on_each_request() {
        let folder = std::env::temp_dir().join(format!("yodel-assets-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let assets = Assets::folder(&folder);
        let mut tags = Vec::new();
        for content in ["old", "new"] {
            std::fs::write(folder.join("index.html"), content).unwrap();
            let file = assets.file("index.html").await.unwrap();
            assert_eq!(file.content(), content);
            let again = assets.file("index.html").await.unwrap();
            assert!(Arc::ptr_eq(&file, &again), "requests share the content");
            tags.push(file.tag().cloned());
        }
        assert_ne!(tags[0], tags[1]);
        std::fs::remove_file(folder.join("index.html")).unwrap();
        assert!(assets.file("index.html").await.is_none());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
