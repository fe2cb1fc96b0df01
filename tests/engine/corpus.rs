//! Replays the fuzzing corpus through the fuzz targets.

use std::fs;
use std::path::Path;

use crate::protocol_fuzz;
use crate::websocket_fuzz::TARGETS;

/// Runs a fuzz target on every file of its corpus folder.
fn replay(fuzz: &str, name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(fuzz).join("fuzz/corpus").join(name);
    let files: Vec<_> = fs::read_dir(&folder)
        .expect("corpus folder exists")
        .map(|file| file.expect("folder is readable").path())
        .collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    support::time_limit::start();
    for file in files {
        // Captured output: shown only when the target panics.
        println!("{}", file.display());
        target(&fs::read(file).expect("file is readable"));
    }
}

#[test]
fn replays_handshake_headers() {
    let (name, target) = TARGETS[0];
    replay("websocket", name, target);
}

#[test]
fn replays_frame_headers() {
    let (name, target) = TARGETS[1];
    replay("websocket", name, target);
}

#[test]
fn replays_compressed_payloads() {
    let (name, target) = TARGETS[2];
    replay("websocket", name, target);
}

#[test]
fn replays_connections() {
    let (name, target) = TARGETS[3];
    replay("websocket", name, target);
}

#[test]
fn replays_envelope_frames() {
    replay("protocol", "envelope", protocol_fuzz::envelope);
}
