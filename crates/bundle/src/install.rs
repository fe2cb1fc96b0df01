//! Moves the files of a bundle into the folder that Trunk has built, in place of Trunk's.

use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use crate::bundle::{Bundle, Part};
use crate::error::Error;
use crate::html;
use crate::tool::run;

/// Moves the files, all with the same hash in their names. Updates and minifies `index.html`, the style sheets and the
/// service worker.
///
/// # Errors
/// Returns an error if a file cannot be read or written.
pub fn install(bundle: &Bundle, folder: &Path) -> Result<(), Error> {
    let mut script = read(&bundle.script)?;
    let hash = hash(bundle)?;
    let before = remove_module(folder)?;
    for part in &bundle.parts {
        let name = file_name(part, &hash);
        script = script.replace(&format!("{}.wasm", part.name), &name);
        let to = folder.join(name);
        std::fs::rename(&part.path, &to).map_err(|error| Error::file(&to, error))?;
    }
    write(&folder.join(format!("frontend-{hash}.js")), &script)?;
    let page = folder.join("index.html");
    let text = read(&page)?.replace(&before, &format!("frontend-{hash}"));
    write(&page, &html::minify(&text)?)?;
    minify_others(folder)
}

/// Returns the name of a part's file.
fn file_name(part: &Part, hash: &str) -> String {
    if part.is_main() {
        format!("frontend-{hash}_bg.wasm")
    } else {
        format!("{}-{hash}.wasm", part.name.trim_start_matches("split_"))
    }
}

/// Returns a hash of all modules and the script as 16 hexadecimal digits.
fn hash(bundle: &Bundle) -> Result<String, Error> {
    let mut hasher = DefaultHasher::new();
    for path in bundle.parts.iter().map(|part| &part.path).chain([&bundle.script]) {
        hasher.write(&std::fs::read(path).map_err(|error| Error::file(path, error))?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Removes Trunk's script and module; returns the start of their names.
fn remove_module(folder: &Path) -> Result<String, Error> {
    let mut start = None;
    for path in files(folder)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("frontend-") {
            if let Some(stem) = name.strip_suffix(".js") {
                start = Some(stem.to_owned());
            }
            std::fs::remove_file(&path).map_err(|error| Error::file(&path, error))?;
        }
    }
    start.ok_or_else(|| Error::content(folder, "Trunk has built no script"))
}

/// Minifies the style sheets and the service worker.
fn minify_others(folder: &Path) -> Result<(), Error> {
    for path in files(folder)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_worker = name == "sw.js";
        if !is_worker && path.extension().is_none_or(|extension| extension != "css") {
            continue;
        }
        let format: &[&str] = if is_worker { &["--bundle", "--format=iife"] } else { &[] };
        let (from, to) = (path.display().to_string(), format!("--outfile={}", path.display()));
        let options = ["--minify", "--log-level=warning", "--allow-overwrite", &to];
        run("esbuild", [from.as_str()].iter().chain(format).chain(&options))?;
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, Error> {
    let entries = std::fs::read_dir(folder).map_err(|error| Error::file(folder, error))?;
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect())
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::file(path, error))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|error| Error::file(path, error))
}
