//! What fuzzing found worth keeping, once more through the same functions.

use std::fs;
use std::path::Path;

use crate::fuzz::{TARGETS, Target};

/// Every file of a target's folder.
fn replay((name, target): Target) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/fuzz/corpus").join(name);
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
    replay(TARGETS[0]);
}

#[test]
fn the_header_of_a_frame() {
    replay(TARGETS[1]);
}

#[test]
fn compression() {
    replay(TARGETS[2]);
}

#[test]
fn a_connection() {
    replay(TARGETS[3]);
}

#[test]
fn a_frame_of_yodel_v1() {
    replay(TARGETS[4]);
}
