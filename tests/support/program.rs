//! Programs that a test writes and runs.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a program, through another process: this one may fork in another thread while the file is open, and a
/// program that any process has open for writing cannot be run (`ETXTBSY`).
///
/// # Panics
/// Panics if the file cannot be written.
pub fn write_program(path: &Path, content: &str) {
    let mut writer = Command::new("sh")
        .args(["-c", r#"cat > "$0" && chmod 755 "$0""#])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("sh can be run");
    let mut input = writer.stdin.take().expect("a pipe");
    input.write_all(content.as_bytes()).expect("sh reads its input");
    drop(input);
    assert!(writer.wait().expect("sh exits").success(), "{} cannot be written", path.display());
}
