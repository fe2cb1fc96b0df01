//! What `make build` leaves: the files in dist/, and the same files inside the binary.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use support::yodel::root;
use support::{Yodel, http, soon};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// All that a visitor can download, in brotli form. It is to be 150,000.
const LARGEST: usize = 203_000;

fn dist() -> PathBuf {
    root().join("dist")
}

/// Name and content of every file, the compressed forms too.
fn files() -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dist()).expect("there is no dist/: run `make build` first");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    paths.map(|path| (name(&path), std::fs::read(&path).expect("a file"))).collect()
}

fn is_compressed(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "br" || ending == "gz")
}

/// The files themselves.
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
fn everything_is_at_most_203_kb() {
    let files = files();
    let mut report = vec!["\nbytes of all files, in brotli form:".to_owned()];
    let mut total = 0;
    for (name, content) in plain_files() {
        let size = files.get(&format!("{name}.br")).map_or(content.len(), Vec::len);
        report.push(format!("{size:>9}  {name}"));
        total += size;
    }
    report.push(format!("{total:>9}  in all, of {LARGEST}\n"));
    let report = report.join("\n");
    // Not `println!`, which is heard only of tests that fail.
    std::io::stdout().write_all(report.as_bytes()).expect("standard output is there");
    assert!(total <= LARGEST, "{report}");
}

#[test]
fn there_is_a_page_a_style_sheet_a_script_and_its_wasm() {
    let names: Vec<String> = plain_files().into_iter().map(|(name, _)| name).collect();
    for ending in ["index.html", ".css", ".js", ".wasm"] {
        assert!(names.iter().any(|name| name.ends_with(ending)), "no {ending} in {names:?}");
    }
}

#[test]
fn each_file_has_its_compressed_forms_and_they_are_the_same_file() {
    let files = files();
    for (name, content) in plain_files() {
        let brotli = files.get(&format!("{name}.br")).unwrap_or_else(|| panic!("{name} has no .br"));
        let gzip = files.get(&format!("{name}.gz")).unwrap_or_else(|| panic!("{name} has no .gz"));
        assert!(brotli.len() < content.len() && gzip.len() < content.len(), "{name}");
        assert!(unbrotli(brotli) == content && ungzip(gzip) == content, "{name}");
    }
}

/// Head and body of the answer.
async fn get(address: SocketAddr, path: &str, accepted: &str) -> (String, Vec<u8>) {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: {accepted}\r\nConnection: close\r\n\r\n");
    let answer = http::exchange(address, request.as_bytes()).await;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("headers end");
    (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
}

fn path(name: &str) -> String {
    if name == "index.html" { "/".to_owned() } else { format!("/{name}") }
}

#[tokio::test]
async fn the_binary_serves_these_files_in_each_form() {
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
async fn the_policy_lets_through_the_inline_scripts_of_this_page_and_no_other() {
    let yodel = Yodel::serve(&[]).await;
    let (head, body) = get(yodel.address(), "/", "identity").await;
    let page = String::from_utf8(body).expect("text");
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
async fn the_binary_needs_nothing_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = folder.path().join("yodel");
    std::fs::copy(root().join("target/release/yodel"), &binary).expect("a copy");
    let mut alone = Command::new(&binary);
    alone.args(["serve", "--listen", "127.0.0.1:0"]).env_clear().current_dir(folder.path()).kill_on_drop(true);
    alone.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = alone.spawn().expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let url = soon("the address", lines.next_line()).await.expect("readable").expect("it starts");
    let address = url.trim_start_matches("http://").parse().expect("an address");
    for (name, content) in plain_files() {
        let path = path(&name);
        assert!(get(address, &path, "identity").await.1 == content, "{name}");
    }
}

#[test]
fn the_binary_stays_small_with_the_page_inside() {
    let binary = std::fs::metadata(root().join("target/release/yodel")).expect("`make build` made it");
    assert!(binary.len() < 15_000_000, "{} bytes", binary.len());
}
