//! The module tree of a crate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::module::{Module, Segments};
use crate::syntax;

/// The modules of one crate without test modules.
#[derive(Debug)]
pub struct CrateTree {
    /// Folder of the crate, relative to the repository.
    pub folder: String,
    /// Modules by their path.
    pub modules: BTreeMap<Segments, Module>,
}

/// One source file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path, relative to the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl CrateTree {
    /// Builds the tree of the crate in a folder from its source files.
    ///
    /// # Panics
    /// Panics if a file cannot be parsed as Rust.
    pub fn new(folder: &str, files: &[SourceFile]) -> Self {
        let source = format!("{folder}/src/");
        let has_library = files.iter().any(|file| file.path == format!("{source}lib.rs"));
        let (mut modules, mut test_only) = (BTreeMap::new(), Vec::new());
        for file in files {
            let Some(relative) = file.path.strip_prefix(&source) else { continue };
            let path = module_path(relative, has_library);
            let parsed = syntax::parse(&file.path, path, &file.text);
            let mut parsed = parsed.unwrap_or_else(|error| panic!("{}: {error}", file.path));
            modules.extend(parsed.modules.into_iter().map(|module| (module.path.clone(), module)));
            test_only.append(&mut parsed.test_only);
        }
        modules.retain(|path, _| !test_only.iter().any(|test| path.starts_with(test)));
        Self { folder: folder.to_owned(), modules }
    }

    /// Reads the crate in a folder of the repository.
    ///
    /// # Errors
    /// Returns the error of a folder or file that cannot be read.
    pub fn read(repository: &Path, folder: &str) -> io::Result<Self> {
        let mut files = Vec::new();
        collect(&repository.join(folder).join("src"), &mut files)?;
        files.sort();
        let source = |path: &PathBuf| -> io::Result<SourceFile> {
            let relative = path.strip_prefix(repository).map_err(io::Error::other)?;
            Ok(SourceFile { path: relative.to_string_lossy().into_owned(), text: fs::read_to_string(path)? })
        };
        let files = files.iter().map(source).collect::<io::Result<Vec<_>>>()?;
        Ok(Self::new(folder, &files))
    }

    /// Returns whether other modules lie below this one.
    pub fn has_children(&self, path: &[String]) -> bool {
        self.modules.keys().any(|other| other.len() > path.len() && other.starts_with(path))
    }
}

/// Returns the root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("package is in the repository")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns the module path of a file below `src`.
fn module_path(relative: &str, has_library: bool) -> Segments {
    let stem = relative.strip_suffix(".rs").unwrap_or(relative);
    let mut path: Segments = stem.split('/').map(str::to_owned).collect();
    match (path.len(), path.last().map(String::as_str)) {
        (1, Some("lib")) => path.clear(),
        (1, Some("main")) if !has_library => path.clear(),
        (2.., Some("mod")) => path.truncate(path.len() - 1),
        _ => {}
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_module_path_of_a_file() {
        let path = |relative| module_path(relative, true).join("::");
        assert_eq!(path("lib.rs"), "");
        assert_eq!(path("main.rs"), "main");
        assert_eq!(module_path("main.rs", false), Segments::new());
        assert_eq!(path("hub/mod.rs"), "hub");
        assert_eq!(path("hub/room.rs"), "hub::room");
    }

    #[test]
    fn excludes_test_modules() {
        let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let files = [
            file("a/src/lib.rs", "#[cfg(test)] mod tests; #[cfg(not(test))] mod real; #[cfg(test)] mod inline {}"),
            file("a/src/tests.rs", ""),
            file("a/src/tests/more.rs", ""),
            file("a/src/real.rs", "mod inner {}"),
        ];
        let tree = CrateTree::new("a", &files);
        let paths: Vec<String> = tree.modules.keys().map(|path| path.join("::")).collect();
        assert_eq!(paths, ["", "real", "real::inner"]);
    }
}
