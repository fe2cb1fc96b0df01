//! Architecture invariants, checked on the source of every crate: imports between modules and uses of other crates.
//!
//! | content | module |
//! |---|---|
//! | parser: Rust source to modules with their paths, imports and method calls | `syntax`, `tokens`, `use_tree`, `module` |
//! | tree of a crate's modules | `source_tree` |
//! | resolution of a path to the module that defines the item | `resolve` |
//! | the invariants | `rules`; one of them: `rule` |
//! | the kinds of checks | `checks` |
//! | a violating example of every rule, and the check of this repository | `examples`, `invariants` |
//! | dependencies of the libraries in Cargo's graph | `dependencies` |
//! | the reason of each dependency in its manifest | `manifests` |
//! | paths in the documentation and the scripts | `documented_paths` |

mod checks;
mod dependencies;
mod documented_paths;
mod examples;
mod invariants;
mod manifests;
mod module;
mod resolve;
mod rule;
mod rules;
mod source_tree;
mod syntax;
mod tokens;
mod use_tree;
mod violation;
