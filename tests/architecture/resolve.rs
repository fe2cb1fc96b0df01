//! Resolution of paths in the source to items. Follows imported names and re-exports.

use crate::module::{GLOB, Mention, Module, Segments};
use crate::source_tree::CrateTree;

/// Maximum length of a chain of imports; a longer one is treated as a cycle.
const MAX_CHAIN: usize = 16;

/// The item that a path refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedPath {
    /// A module of the same crate, or an item in it.
    Internal { module: Segments, item: Option<String> },
    /// A path that starts with the name of another crate.
    External(Segments),
}

/// A reference from a module to an item.
#[derive(Debug)]
pub struct Reference<'t> {
    /// The referring module.
    pub from: &'t Module,
    /// Line, counted from 1.
    pub line: usize,
    /// The item under the path through which it is reached.
    pub named: ResolvedPath,
    /// The item under the path where it is defined.
    pub defined: ResolvedPath,
}

impl ResolvedPath {
    /// Returns the whole path. An internal path starts with `crate`.
    pub fn full_path(&self) -> Segments {
        match self {
            Self::Internal { module, item } => {
                let crate_name = std::iter::once("crate".to_owned());
                crate_name.chain(module.iter().cloned()).chain(item.clone()).collect()
            }
            Self::External(path) => path.clone(),
        }
    }
}

impl CrateTree {
    /// Returns the references of all modules, sorted by file and line.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut references = Vec::new();
        for module in self.modules.values() {
            references.extend(module.mentions.iter().filter_map(|mention| self.reference(module, mention)));
        }
        references.sort_by(|one, other| (&one.from.file, one.line).cmp(&(&other.from.file, other.line)));
        references
    }

    fn reference<'t>(&'t self, from: &'t Module, mention: &Mention) -> Option<Reference<'t>> {
        let absolute = self.absolute(from, &mention.path, mention.is_use, 0)?;
        let (named, defined) = (self.locate(&absolute), self.follow(&absolute, 0));
        Some(Reference { from, line: mention.line, named, defined })
    }

    /// Makes a path absolute: `crate::..`, or a path that starts with another crate's name. Returns `None` for a
    /// single name that is not imported.
    fn absolute(&self, module: &Module, path: &[String], is_use: bool, depth: usize) -> Option<Segments> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "" => Some(rest.to_vec()),
            "Self" => None,
            "crate" => Some(path.to_vec()),
            "self" => Some(internal(&module.path, rest)),
            "super" => {
                let supers = path.iter().take_while(|segment| *segment == "super").count();
                let parent = &module.path[..module.path.len().saturating_sub(supers)];
                Some(internal(parent, &path[supers..]))
            }
            name if self.is_in_scope(module, name) => Some(internal(&module.path, path)),
            name => match module.imports.get(name) {
                Some(import) if depth < MAX_CHAIN && import != path => {
                    self.absolute(module, &[import, rest].concat(), true, depth + 1)
                }
                _ => (is_use || !rest.is_empty()).then(|| path.to_vec()),
            },
        }
    }

    fn is_in_scope(&self, module: &Module, name: &str) -> bool {
        module.defined.contains(name)
            || self.modules.contains_key(&[module.path.as_slice(), &[name.to_owned()]].concat())
    }

    /// Splits an absolute path into the module it names and the item in it.
    fn locate(&self, absolute: &[String]) -> ResolvedPath {
        let Some(("crate", path)) = absolute.split_first().map(|(first, path)| (first.as_str(), path)) else {
            return ResolvedPath::External(absolute.to_vec());
        };
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length])).unwrap_or(0);
        ResolvedPath::Internal { module: path[..length].to_vec(), item: path.get(length).cloned() }
    }

    /// Follows re-exports from an absolute path to the definition.
    fn follow(&self, absolute: &[String], depth: usize) -> ResolvedPath {
        let found = self.locate(absolute);
        let ResolvedPath::Internal { module: path, item: Some(item) } = &found else { return found };
        let Some(module) = self.modules.get(path) else { return found };
        if depth == MAX_CHAIN || item == GLOB || module.defined.contains(item) {
            return found;
        }
        let below = &absolute[1 + path.len()..];
        if let Some(import) = module.imports.get(item) {
            let next = self.absolute(module, &[import, &below[1..]].concat(), true, 0);
            return next.map_or(found, |next| self.follow(&next, depth + 1));
        }
        let globs = module.globs.iter().filter_map(|glob| self.absolute(module, glob, true, 0));
        let holds = |glob: &Segments| self.defines(glob, item);
        globs.filter(holds).map(|glob| self.follow(&[&glob, below].concat(), depth + 1)).next().unwrap_or(found)
    }

    fn defines(&self, absolute: &[String], item: &str) -> bool {
        let ResolvedPath::Internal { module, item: None } = self.locate(absolute) else { return false };
        self.modules
            .get(&module)
            .is_some_and(|module| module.defined.contains(item) || module.imports.contains_key(item))
    }
}

fn internal(module: &[String], rest: &[String]) -> Segments {
    [&["crate".to_owned()], module, rest].concat()
}
