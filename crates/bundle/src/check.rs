//! Checks that script and modules still fit together.

use crate::bundle::Bundle;
use crate::error::Error;
use crate::module::ModuleFile;
use crate::names::Names;

/// Checks that the script has every import of the first module, that this module has every export that the script or
/// a lazy part uses, and that no other module is imported from.
///
/// # Errors
/// Returns an error with the first name that is missing.
pub fn check(bundle: &Bundle, names: &Names) -> Result<(), Error> {
    let script = std::fs::read_to_string(&bundle.script).map_err(|error| Error::file(&bundle.script, error))?;
    for part in &bundle.parts {
        let module = ModuleFile::read(&part.path)?;
        let missing = |what: &str, name: &str| Err(Error::content(&part.path, format!("{what} `{name}` is missing")));
        if part.is_main() {
            let exports = module.exports()?;
            if let Some(name) = names.exports.iter().find(|name| !exports.contains(name)) {
                return missing("the export", name);
            }
        }
        for (from, name) in module.imports()? {
            let is_there = if part.is_main() { has_property(&script, &name) } else { names.exports.contains(&name) };
            if !is_there || !(part.is_main() || from == "__wasm_split") {
                return missing("the import", &name);
            }
        }
        if !script.contains(&part.name) {
            return missing("the script's name of", &part.name);
        }
    }
    Ok(())
}

/// Returns whether a minified script has an object with this property.
fn has_property(script: &str, name: &str) -> bool {
    ["{", ","].iter().any(|before| script.contains(&format!("{before}{name}:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_properties_by_their_whole_names() {
        let script = "{a:function(e){return!e},bc:()=>1}";
        assert!(has_property(script, "a") && has_property(script, "bc"));
        assert!(!has_property(script, "c") && !has_property(script, "b") && !has_property(script, "e"));
    }
}
