//! `compress FOLDER`: writes a `.br` and a `.gz` file beside each file of a bundle, unless it would be larger than the
//! file. Web servers send these files instead of compressing each response.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: compress FOLDER");
        return ExitCode::FAILURE;
    };
    match compress_folder(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
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

/// Compresses with quality 11 and a window of 16 MiB. It is slow, but runs once per build.
fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let best = BrotliEncoderParams { quality: 11, lgwin: 24, ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &best)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}
