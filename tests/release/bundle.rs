//! The page bundle of `make build`: the files in dist/ and their copies in the binary.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use support::yodel::root;
use support::{Yodel, http, with_timeout};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Limit of the size of all files in bytes, compressed with brotli. The goal is 260,000.
const MAX_TOTAL: usize = 314_686;

fn dist() -> PathBuf {
    root().join("dist")
}

/// Returns the name and content of every file, including compressed ones.
fn files() -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dist()).expect("dist/ does not exist; run `make build`");
    let paths = entries.map(|entry| entry.expect("output is readable").path());
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    paths.map(|path| (name(&path), std::fs::read(&path).expect("file is readable"))).collect()
}

fn is_compressed(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "br" || ending == "gz")
}

/// Returns the uncompressed files.
fn plain_files() -> Vec<(String, Vec<u8>)> {
    files().into_iter().filter(|(name, _)| !name.starts_with('.') && !is_compressed(name)).collect()
}

fn unbrotli(content: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    brotli_decompressor::BrotliDecompress(&mut &*content, &mut plain).expect("brotli");
    plain
}

fn ungzip(content: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(content).read_to_end(&mut plain).expect("gzip");
    plain
}

#[test]
fn bundle_is_within_its_size_limit() {
    let files = files();
    let mut report = vec!["\nbytes of all files, compressed with brotli:".to_owned()];
    let mut total = 0;
    for (name, content) in plain_files() {
        let size = files.get(&format!("{name}.br")).map_or(content.len(), Vec::len);
        report.push(format!("{size:>9}  {name}"));
        total += size;
    }
    report.push(format!("{total:>9}  total, limit {MAX_TOTAL}\n"));
    let report = report.join("\n");
    // Not `println!`, whose output is captured in passing tests.
    std::io::stdout().write_all(report.as_bytes()).expect("standard output is writable");
    assert!(total <= MAX_TOTAL, "{report}");
}

#[test]
fn bundle_has_page_style_sheet_script_and_wasm() {
    let names: Vec<String> = plain_files().into_iter().map(|(name, _)| name).collect();
    for ending in ["index.html", ".css", ".js", ".wasm"] {
        assert!(names.iter().any(|name| name.ends_with(ending)), "no {ending} in {names:?}");
    }
}

#[test]
fn compressed_files_match_their_originals() {
    let files = files();
    for (name, content) in plain_files() {
        let brotli = files.get(&format!("{name}.br")).unwrap_or_else(|| panic!("{name} has no .br"));
        let gzip = files.get(&format!("{name}.gz")).unwrap_or_else(|| panic!("{name} has no .gz"));
        assert!(brotli.len() < content.len() && gzip.len() < content.len(), "{name}");
        assert!(unbrotli(brotli) == content && ungzip(gzip) == content, "{name}");
    }
}

/// Sends a `GET` and returns the response's head and body.
async fn get(address: SocketAddr, path: &str, accepted: &str) -> (String, Vec<u8>) {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: {accepted}\r\nConnection: close\r\n\r\n");
    let response = http::exchange(address, request.as_bytes()).await;
    let end = response.windows(4).position(|window| window == b"\r\n\r\n").expect("headers end");
    (String::from_utf8_lossy(&response[..end]).into_owned(), response[end + 4..].to_vec())
}

fn path(name: &str) -> String {
    if name == "index.html" { "/".to_owned() } else { format!("/{name}") }
}

#[tokio::test]
async fn binary_serves_the_bundle_in_each_encoding() {
    let yodel = Yodel::serve(&[]).await;
    for (name, content) in plain_files() {
        let path = path(&name);
        let form = async |accepted| get(yodel.address(), &path, accepted).await;
        let (head, body) = form("gzip, deflate, br, zstd").await;
        assert!(head.contains("content-encoding: br\r\n") && unbrotli(&body) == content, "{name}: {head}");
        let (head, body) = form("gzip, deflate").await;
        assert!(head.contains("content-encoding: gzip\r\n") && ungzip(&body) == content, "{name}: {head}");
        let (head, body) = form("identity").await;
        assert!(!head.contains("content-encoding") && body == content, "{name}: {head}");
    }
}

#[tokio::test]
async fn policy_permits_only_the_pages_inline_scripts() {
    let yodel = Yodel::serve(&[]).await;
    let (head, body) = get(yodel.address(), "/", "identity").await;
    let page = String::from_utf8(body).expect("data is UTF-8");
    let scripts: Vec<_> = page.split("<script").skip(1).filter_map(|rest| rest.split_once('>')).collect();
    assert!(!scripts.is_empty() && scripts.iter().all(|(attributes, _)| !attributes.contains("src")), "{page}");
    assert_eq!(head.matches("'sha256-").count(), scripts.len(), "{head}");
    for (_, rest) in scripts {
        let (script, _) = rest.split_once("</script>").expect("its end");
        let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
        assert!(head.contains(&hash), "{hash} is not in {head}");
    }
    assert!(!head.contains("'unsafe-inline'"), "{head}");
}

#[tokio::test]
async fn binary_serves_the_page_without_other_files() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let binary = folder.path().join("yodel");
    std::fs::copy(root().join("target/release/yodel"), &binary).expect("file can be copied");
    let mut alone = Command::new(&binary);
    alone.args(["serve", "--listen", "127.0.0.1:0"]).env_clear().current_dir(folder.path()).kill_on_drop(true);
    alone.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = alone.spawn().expect("process is running");
    let mut lines = BufReader::new(child.stdout.take().expect("stream is piped")).lines();
    let url = with_timeout("the address", lines.next_line())
        .await
        .expect("output is readable")
        .expect("server prints its URL");
    let address = url.trim_start_matches("http://").parse().expect("valid address");
    for (name, content) in plain_files() {
        let path = path(&name);
        assert!(get(address, &path, "identity").await.1 == content, "{name}");
    }
}

#[test]
fn binary_is_smaller_than_18_mb() {
    let binary = std::fs::metadata(root().join("target/release/yodel")).expect("target/release/yodel exists");
    assert!(binary.len() < 18_000_000, "{} bytes", binary.len());
}
