//! The compared page in a folder, with the libraries that tutorials load. Each file has a `.gz` variant, the
//! best compression that servers of such tutorials use.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use support::yodel::root;
use tempfile::TempDir;

const PAGE: &str = include_str!("jquery/index.html");

/// Files that the page loads, relative to npm's module folder.
const LIBRARIES: [&str; 2] = ["jquery/dist/jquery.min.js", "bootstrap/dist/css/bootstrap.min.css"];

/// Creates the folder.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    write_compressed(folder.path(), "index.html", PAGE.as_bytes());
    for library in LIBRARIES {
        let file = root().join(".tools/jquery/node_modules").join(library);
        let content = fs::read(&file).unwrap_or_else(|_| panic!("{library} is not installed; run scripts/jquery"));
        let (_, name) = library.rsplit_once('/').expect("path has a folder");
        write_compressed(folder.path(), name, &content);
    }
    folder
}

fn write_compressed(folder: &Path, name: &str, content: &[u8]) {
    fs::write(folder.join(name), content).expect("file is writable");
    let compressed = fs::File::create(folder.join(format!("{name}.gz"))).expect("file is writable");
    let mut encoder = GzEncoder::new(compressed, Compression::best());
    encoder.write_all(content).and_then(|()| encoder.try_finish()).expect("file is writable");
}
