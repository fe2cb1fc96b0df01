//! Architecture invariants, checked on the source text of every crate: which module imports what.
//!
//! | step | file |
//! |---|---|
//! | Rust source to modules with their paths, imports and method calls | `syntax`, `tokens`, `use_tree`, `module` |
//! | files of a crate to a tree of modules | `source_tree` |
//! | a path in the source to the module that defines the item | `resolve` |
//! | the invariants | `rules`; one of them: `rule` |
//! | one kind of invariant each | `checks` |
//! | a broken example of every rule, and the real tree | `examples`, `invariants` |
//! | packages that a library compiles, by Cargo's graph | `dependencies` |
//! | paths that the documentation and the scripts name | `documented_paths` |

mod checks;
mod dependencies;
mod documented_paths;
mod examples;
mod invariants;
mod module;
mod resolve;
mod rule;
mod rules;
mod source_tree;
mod syntax;
mod tokens;
mod use_tree;
mod violation;
