//! `use` declarations, flattened to one path per imported name.

use syn::{ItemUse, UseTree};

use crate::module::{GLOB, Mention, Module, Segments};

/// Adds the imports of a `use` declaration to a module.
pub fn read(item: &ItemUse, module: &mut Module) {
    let prefix = if item.leading_colon.is_some() { vec![String::new()] } else { Vec::new() };
    read_tree(&item.tree, prefix, module);
}

fn read_tree(tree: &UseTree, mut prefix: Segments, module: &mut Module) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            read_tree(&path.tree, prefix, module);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| read_tree(tree, prefix.clone(), module)),
        UseTree::Name(name) => import(prefix, &name.ident, &name.ident, module),
        UseTree::Rename(rename) => import(prefix, &rename.ident, &rename.rename, module),
        UseTree::Glob(glob) => {
            module.globs.push(prefix.clone());
            prefix.push(GLOB.to_owned());
            let line = glob.star_token.spans[0].start().line;
            module.mentions.push(Mention { line, path: prefix, is_use: true });
        }
    }
}

fn import(mut path: Segments, name: &syn::Ident, alias: &syn::Ident, module: &mut Module) {
    if name != "self" {
        path.push(name.to_string());
    }
    let local = if alias == "self" { path.last().cloned().unwrap_or_default() } else { alias.to_string() };
    if local != "_" {
        module.imports.insert(local, path.clone());
    }
    module.mentions.push(Mention { line: name.span().start().line, path, is_use: true });
}
