//! Splits the page into the module of the first screen and its lazy parts (`frontend/src/ui/shell/lazy.rs`), and binds
//! all of them to one script.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::names;
use crate::roots;
use crate::tool::run;

/// The files of a bundle, in a folder of their own.
pub struct Bundle {
    /// The script, which names the other files.
    pub script: PathBuf,
    /// The short names of the script, as JSON.
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

/// Splits a module. Writes into `folder`.
///
/// # Errors
/// Returns an error if a tool is missing or fails.
pub fn split(module: &Path, folder: &Path) -> Result<Bundle, Error> {
    let pruned = folder.join("pruned.wasm");
    roots::remove_unused(module, &pruned)?;
    let path = |name: &str| folder.join(name).into_os_string();
    run(
        "wasm-split-cli",
        [pruned.clone().into(), folder.into(), "--out-name".into(), "frontend".into(), "--target".into(), "web".into()]
            as [std::ffi::OsString; 6],
    )?;
    run(
        "wasm-bindgen",
        [
            "--target".into(),
            "web".into(),
            "--no-typescript".into(),
            "--keep-lld-exports".into(),
            "--no-demangle".into(),
            "--out-name".into(),
            "glue".into(),
            "--out-dir".into(),
            folder.into(),
            path("frontend.wasm"),
        ] as [std::ffi::OsString; 10],
    )?;
    for used in [pruned, folder.join("frontend.wasm")] {
        std::fs::remove_file(&used).map_err(|error| Error::file(&used, error))?;
    }
    // The loader of the parts imports the glue by the name of the bundle of both.
    let loader = folder.join("__wasm_split.js");
    let text = std::fs::read_to_string(&loader).map_err(|error| Error::file(&loader, error))?;
    write(&loader, &text.replace("./frontend.js", "./glue.js"))?;
    let (entry, script, names) = (folder.join("entry.js"), folder.join("frontend.js"), folder.join("names.json"));
    write(&entry, "export { default } from \"./glue.js\"")?;
    let parts = parts(folder)?;
    bind(&entry, &script, &names, &names::pattern(&parts)?)?;
    Ok(Bundle { script, names, parts })
}

/// Makes one script of the glue and the loader, with short names in place of those that match the pattern.
fn bind(entry: &Path, script: &Path, names: &Path, pattern: &str) -> Result<(), Error> {
    run(
        "esbuild",
        [
            entry.display().to_string(),
            "--bundle".into(),
            "--minify".into(),
            "--format=esm".into(),
            "--define:Symbol.dispose=undefined".into(),
            "--pure:FinalizationRegistry".into(),
            format!("--mangle-props={pattern}"),
            format!("--mangle-cache={}", names.display()),
            // The glue warns of uses that Trunk's start script does not make.
            "--drop:console".into(),
            // wasm-bindgen names the loader once for every lazy part.
            "--log-override:duplicate-object-key=silent".into(),
            "--log-level=warning".into(),
            format!("--outfile={}", script.display()),
        ],
    )
    .map(drop)
}

/// Returns the modules in a folder.
fn parts(folder: &Path) -> Result<Vec<Part>, Error> {
    let failed = |error| Error::file(folder, error);
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "wasm")
            && let Some(name) = path.file_stem().and_then(|name| name.to_str())
        {
            parts.push(Part { name: name.to_owned(), path });
        }
    }
    parts.sort_by_key(|part| (!part.is_main(), part.name.clone()));
    Ok(parts)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|error| Error::file(path, error))
}
