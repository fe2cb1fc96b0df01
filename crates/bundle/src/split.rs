//! Splits the page into the module of the first screen and its lazy parts (`frontend/src/ui/shell/lazy.rs`), and binds
//! all of them to one script.

use std::path::Path;

use crate::bundle::{Bundle, Part};
use crate::error::Error;
use crate::names;
use crate::roots;
use crate::tool::run;

/// Splits a module. Writes into `folder`.
///
/// # Errors
/// Returns an error if a tool is missing or fails.
pub fn split(module: &Path, folder: &Path) -> Result<Bundle, Error> {
    write_parts(module, folder)?;
    rename_glue(&folder.join("__wasm_split.js"))?;
    let (entry, script, names) = (folder.join("entry.js"), folder.join("frontend.js"), folder.join("names.json"));
    write(&entry, "export { default } from \"./glue.js\"")?;
    let parts = parts(folder)?;
    bind(&entry, &script, &names, &names::pattern(&parts)?)?;
    Ok(Bundle { script, names, parts })
}

/// Writes the modules, the glue of the first one, and the script that loads the others.
fn write_parts(module: &Path, folder: &Path) -> Result<(), Error> {
    let (pruned, first) = (folder.join("pruned.wasm"), folder.join("frontend.wasm"));
    let to = folder.display().to_string();
    roots::remove_unused(module, &pruned)?;
    let from = pruned.display().to_string();
    run("wasm-split-cli", [from.as_str(), &to, "--out-name", "frontend", "--target", "web"])?;
    let from = first.display().to_string();
    let options = ["--target", "web", "--no-typescript", "--keep-lld-exports", "--no-demangle", "--out-name", "glue"];
    run("wasm-bindgen", options.into_iter().chain(["--out-dir", &to, &from]))?;
    for used in [pruned, first] {
        std::fs::remove_file(&used).map_err(|error| Error::file(&used, error))?;
    }
    Ok(())
}

/// Gives the glue its own name in the loader, which has that of the bundle of both.
fn rename_glue(loader: &Path) -> Result<(), Error> {
    let text = std::fs::read_to_string(loader).map_err(|error| Error::file(loader, error))?;
    write(loader, &text.replace("./frontend.js", "./glue.js"))
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
