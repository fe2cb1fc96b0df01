//! Exports that only describe imports which the module does not have. An export keeps its code, and the function table
//! keeps it even when the export is removed later, so they are removed before the module is split.

use std::collections::HashSet;
use std::path::Path;

use crate::error::Error;
use crate::module::ModuleFile;

/// Start of the name of an export that describes an import to wasm-bindgen, whose name follows.
const DESCRIPTION: &str = "__wbindgen_describe_";

/// Writes a module without descriptions of imports that it does not have.
///
/// # Errors
/// Returns an error if a file cannot be read or written, or is not a module.
pub fn remove_unused(from: &Path, to: &Path) -> Result<(), Error> {
    let module = ModuleFile::read(from)?;
    let imports: HashSet<String> = module.imports()?.into_iter().map(|(_, name)| name).collect();
    let is_used = |name: &str| match name.strip_prefix(DESCRIPTION) {
        Some(import) => !import.starts_with("__wbg_") || imports.contains(import),
        None => true,
    };
    module.write(to, str::to_owned, |name| is_used(name).then(|| name.to_owned()))
}
