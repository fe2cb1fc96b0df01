//! The page that ours is measured beside, in a folder, with the libraries that tutorials load. Each file
//! has a `.gz` beside it: the most that the servers of such tutorials do about size.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use support::yodel::root;
use tempfile::TempDir;

const PAGE: &str = include_str!("jquery/index.html");

/// What the page loads, below the folder where npm put it.
const LIBRARIES: [&str; 2] = ["jquery/dist/jquery.min.js", "bootstrap/dist/css/bootstrap.min.css"];

/// Makes the folder.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "index.html", PAGE.as_bytes());
    for library in LIBRARIES {
        let file = root().join(".tools/jquery/node_modules").join(library);
        let content = fs::read(&file).unwrap_or_else(|_| panic!("there is no {library}: run scripts/jquery first"));
        let (_, name) = library.rsplit_once('/').expect("it is in a folder");
        put(folder.path(), name, &content);
    }
    folder
}

fn put(folder: &Path, name: &str, content: &[u8]) {
    fs::write(folder.join(name), content).expect("it can be written");
    let compressed = fs::File::create(folder.join(format!("{name}.gz"))).expect("it can be written");
    let mut encoder = GzEncoder::new(compressed, Compression::best());
    encoder.write_all(content).and_then(|()| encoder.try_finish()).expect("it can be written");
}
