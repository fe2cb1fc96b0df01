//! A parsed module: the items that it defines, imports and mentions.

use std::collections::{HashMap, HashSet};

/// Segments of a path.
pub type Segments = Vec<String>;

/// Last segment of a glob import.
pub const GLOB: &str = "*";

/// A module of a crate: a file or an inline `mod`.
#[derive(Debug, Default)]
pub struct Module {
    /// Path within the crate; empty for the root.
    pub path: Segments,
    /// Path of the file, relative to the repository.
    pub file: String,
    /// Names of the items that the module defines.
    pub defined: HashSet<String>,
    /// Names that `use` brings into scope, with the path as written.
    pub imports: HashMap<String, Segments>,
    /// Paths of glob imports, as written and without the `*`.
    pub globs: Vec<Segments>,
    /// Paths as written: in `use` lines, expressions, types, attributes and macro calls.
    pub mentions: Vec<Mention>,
    /// Method calls.
    pub calls: Vec<Call>,
}

/// A path as written in the source.
#[derive(Debug)]
pub struct Mention {
    /// Line, counted from 1.
    pub line: usize,
    /// Segments of the path; an empty first segment stands for a leading `::`.
    pub path: Segments,
    /// `true` for a path in a `use` declaration.
    pub is_use: bool,
}

/// A method call.
#[derive(Debug)]
pub struct Call {
    /// Line, counted from 1.
    pub line: usize,
    /// Name of the method.
    pub method: String,
}

impl Module {
    /// Creates an empty module.
    pub fn new(path: Segments, file: &str) -> Self {
        Self { path, file: file.to_owned(), ..Self::default() }
    }
}

/// Returns whether `module` is the module `prefix`, written `a::b`, or lies below it.
pub fn starts_with(module: &[String], prefix: &str) -> bool {
    let mut segments = module.iter();
    prefix
        .split("::")
        .filter(|part| !part.is_empty())
        .all(|part| segments.next().is_some_and(|segment| segment == part))
}
