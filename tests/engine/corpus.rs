//! What fuzzing found worth keeping, once more through the same functions.

use std::fs;
use std::path::Path;

use crate::protocol_fuzz;
use crate::websocket_fuzz::TARGETS;

/// Every file of a target's folder.
fn replay(fuzz: &str, name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(fuzz).join("fuzz/corpus").join(name);
    let files: Vec<_> = fs::read_dir(&folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    for file in files {
        // Printed when the target panics.
        println!("{}", file.display());
        target(&fs::read(file).expect("readable"));
    }
}

#[test]
fn the_headers_of_a_handshake() {
    let (name, target) = TARGETS[0];
    replay("websocket", name, target);
}

#[test]
fn the_header_of_a_frame() {
    let (name, target) = TARGETS[1];
    replay("websocket", name, target);
}

#[test]
fn compression() {
    let (name, target) = TARGETS[2];
    replay("websocket", name, target);
}

#[test]
fn a_connection() {
    let (name, target) = TARGETS[3];
    replay("websocket", name, target);
}

#[test]
fn a_frame_of_yodel_v1() {
    replay("protocol", "envelope", protocol_fuzz::envelope);
}
