//! The names between script and modules. The original ones contain hashes, which do not compress.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::bundle::{Bundle, Part};
use crate::error::Error;
use crate::module::ModuleFile;

/// Exports that the loader of the lazy parts passes on, by names that stay.
const SHARED: [&str; 2] = ["memory", "__indirect_function_table"];

/// The script that the first module imports from.
const GLUE: &str = "./glue_bg.js";

/// Short names of the script, and what they stand for in the modules.
pub struct Names {
    /// Short names by their original ones.
    short: HashMap<String, String>,
    /// Exports that the script uses, by their new names.
    pub exports: HashSet<String>,
}

impl Names {
    /// Returns whether the script uses an export with this original name.
    fn is_used(&self, name: &str) -> bool {
        SHARED.contains(&name) || self.short.contains_key(name)
    }

    fn of(&self, name: &str) -> String {
        self.short.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }
}

/// Returns a regular expression of the names that the script has for the imports and exports of the first module.
///
/// # Errors
/// Returns an error if the module cannot be read.
pub fn pattern(parts: &[Part]) -> Result<String, Error> {
    let mut names = Vec::new();
    for part in parts.iter().filter(|part| part.is_main()) {
        let module = ModuleFile::read(&part.path)?;
        // The loader's functions are exports of its script, not properties.
        let imports = module.imports()?.into_iter().filter(|(from, _)| from == GLUE).map(|(_, name)| name);
        names.extend(imports.chain(module.exports()?).filter(|name| !SHARED.contains(&name.as_str())));
    }
    let names: Vec<_> = names.iter().map(|name| name.replace('$', "\\$").replace('.', "\\.")).collect();
    Ok(format!("^({})$", names.join("|")))
}

/// Gives the imports and exports of the modules the names that the script has for them. Exports that the script never
/// mentions are removed.
///
/// # Errors
/// Returns an error if a file cannot be read or written, or has unexpected content.
pub fn shorten(bundle: &Bundle) -> Result<Names, Error> {
    let mut names = Names { short: read(bundle)?, exports: HashSet::new() };
    for part in &bundle.parts {
        let module = ModuleFile::read(&part.path)?;
        if part.is_main() {
            let used = module.exports()?.into_iter().filter(|name| names.is_used(name));
            names.exports = used.map(|name| names.of(&name)).collect();
        }
        let export = |name: &str| (!part.is_main() || names.is_used(name)).then(|| names.of(name));
        module.write(&part.path, |name| names.of(name), export)?;
    }
    Ok(names)
}

/// Reads the names that esbuild has given.
fn read(bundle: &Bundle) -> Result<HashMap<String, String>, Error> {
    let path = &bundle.names;
    let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    let names: HashMap<String, Value> = serde_json::from_str(&text).map_err(|error| Error::content(path, error))?;
    let text = |value: Value| value.as_str().map(str::to_owned);
    Ok(names.into_iter().filter_map(|(name, short)| Some((name, text(short)?))).collect())
}
