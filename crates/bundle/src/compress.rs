//! Writes a `.br` and a `.gz` file beside each file of a bundle, unless it would be larger than the file. Web servers
//! send these files instead of compressing each response.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::Error;

/// Window of the Brotli encoder, as a power of two: no file is larger, and a larger window costs bytes.
const WINDOW_BITS: i32 = 20;

/// Compresses all files of a folder.
///
/// # Errors
/// Returns an error if a file cannot be read or written.
pub fn compress(folder: &Path) -> Result<(), Error> {
    compress_folder(folder).map_err(|error| Error::file(folder, error))
}

fn compress_folder(folder: &Path) -> io::Result<()> {
    let files: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    for path in files.iter().map(fs::DirEntry::path).filter(|path| path.is_file() && !is_compressed(path)) {
        let content = fs::read(&path)?;
        keep_if_smaller(&path, "br", &brotli(&content)?, content.len())?;
        keep_if_smaller(&path, "gz", &gzip(&content)?, content.len())?;
    }
    Ok(())
}

fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "br" || extension == "gz")
}

fn keep_if_smaller(path: &Path, extension: &str, compressed: &[u8], size: usize) -> io::Result<()> {
    if compressed.len() >= size {
        return Ok(());
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    fs::write(name, compressed)
}

/// Compresses with quality 11. It is slow, but runs once per build.
fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let best = BrotliEncoderParams {
        quality: 11,
        lgwin: WINDOW_BITS,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &best)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}
