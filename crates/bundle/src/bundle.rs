//! The files of a bundle before they are installed.

use std::path::PathBuf;

/// The files of a bundle, in a folder of their own.
pub struct Bundle {
    /// The script, which names the other files.
    pub script: PathBuf,
    /// Short names of the script, as JSON.
    pub names: PathBuf,
    /// The module of the first screen, then the lazy parts.
    pub parts: Vec<Part>,
}

/// A module of the bundle.
pub struct Part {
    /// Its file.
    pub path: PathBuf,
    /// Its name without extension, as the script has it.
    pub name: String,
}

impl Part {
    /// Returns whether this is the module of the first screen.
    pub fn is_main(&self) -> bool {
        self.name == MAIN
    }
}

/// Name of the first screen's module: wasm-bindgen derives it from the script's.
const MAIN: &str = "glue_bg";
