//! A path in the source to the item that it means: names that `use` brought into scope and re-exports are
//! followed.

use crate::module::{GLOB, Mention, Module, Segments};
use crate::source_tree::CrateTree;

/// Steps after which a chain of names is taken for a cycle.
const LONGEST_CHAIN: usize = 16;

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A module of the same crate, or an item in it.
    Internal { module: Segments, item: Option<String> },
    /// A path that begins with the name of another crate.
    External(Segments),
}

/// One module refers to another, or to another crate.
#[derive(Debug)]
pub struct Reference<'t> {
    /// The module that refers.
    pub from: &'t Module,
    /// Line, counted from 1.
    pub line: usize,
    /// The item under the name by which it is reached.
    pub named: Target,
    /// The item where it is defined.
    pub defined: Target,
}

impl Target {
    /// Returns the whole path; one in the same crate begins with `crate`.
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
    /// Returns all references of all modules, in the order of files and lines.
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

    /// Makes a path absolute: `crate::..`, or a path that begins with another crate's name. Returns `None` for a
    /// name that is neither imported nor a path.
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
                Some(import) if depth < LONGEST_CHAIN && import != path => {
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
    fn locate(&self, absolute: &[String]) -> Target {
        let Some(("crate", path)) = absolute.split_first().map(|(first, path)| (first.as_str(), path)) else {
            return Target::External(absolute.to_vec());
        };
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length])).unwrap_or(0);
        Target::Internal { module: path[..length].to_vec(), item: path.get(length).cloned() }
    }

    /// Follows re-exports from an absolute path to the definition.
    fn follow(&self, absolute: &[String], depth: usize) -> Target {
        let found = self.locate(absolute);
        let Target::Internal { module: path, item: Some(item) } = &found else { return found };
        let Some(module) = self.modules.get(path) else { return found };
        if depth == LONGEST_CHAIN || item == GLOB || module.defined.contains(item) {
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
        let Target::Internal { module, item: None } = self.locate(absolute) else { return false };
        self.modules
            .get(&module)
            .is_some_and(|module| module.defined.contains(item) || module.imports.contains_key(item))
    }
}

fn internal(module: &[String], rest: &[String]) -> Segments {
    [&["crate".to_owned()], module, rest].concat()
}
