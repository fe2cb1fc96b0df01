//! Parser from Rust source to modules. Skips code that is compiled for tests only.

use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta};

use crate::module::{Call, Mention, Module, Segments};
use crate::{tokens, use_tree};

/// The modules in one file.
#[derive(Debug, Default)]
pub struct FileModules {
    /// The file's own module and its inline ones.
    pub modules: Vec<Module>,
    /// Paths of modules that are declared for tests only, in files of their own.
    pub test_only: Vec<Segments>,
}

/// Parses one file. `path` is the path of its module.
///
/// # Errors
/// Returns the parser's error for text that is not Rust.
pub fn parse(file: &str, path: Segments, text: &str) -> syn::Result<FileModules> {
    let parsed = syn::parse_file(text)?;
    let mut visitor = ModuleVisitor { stack: vec![Module::new(path, file)], found: FileModules::default() };
    visitor.visit_file(&parsed);
    visitor.found.modules.append(&mut visitor.stack);
    Ok(visitor.found)
}

struct ModuleVisitor {
    /// The module that is being visited, on top of those that contain it.
    stack: Vec<Module>,
    found: FileModules,
}

impl ModuleVisitor {
    fn module(&mut self) -> &mut Module {
        self.stack.last_mut().expect("the file's module stays on the stack")
    }

    fn child_path(&mut self, name: &syn::Ident) -> Segments {
        let mut path = self.module().path.clone();
        path.push(name.to_string());
        path
    }
}

impl<'ast> Visit<'ast> for ModuleVisitor {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test_only(attributes(item)) {
            if let Some(name) = defined_name(item) {
                self.module().defined.insert(name);
            }
            visit::visit_item(self, item);
        } else if let Item::Mod(module) = item {
            let path = self.child_path(&module.ident);
            self.found.test_only.push(path);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_none() {
            return;
        }
        let (path, file) = (self.child_path(&item.ident), self.module().file.clone());
        self.stack.push(Module::new(path, &file));
        visit::visit_item_mod(self, item);
        self.found.modules.extend(self.stack.pop());
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        use_tree::read(item, self.module());
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Fn(function) => function.attrs.as_slice(),
            syn::ImplItem::Const(constant) => &constant.attrs,
            _ => &[],
        };
        if !is_test_only(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !is_test_only(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments: Segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if path.leading_colon.is_some() {
            segments.insert(0, String::new());
        }
        let line = path.segments.first().map_or(0, |first| first.ident.span().start().line);
        self.module().mentions.push(Mention { line, path: segments, is_use: false });
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let (line, method) = (call.method.span().start().line, call.method.to_string());
        self.module().calls.push(Call { line, method });
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        tokens::read(call.tokens.clone(), self.module());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.visit_path(&list.path);
            tokens::read(list.tokens.clone(), self.module());
        }
    }

    /// Skips visibilities: `pub(in crate::x)` is not an import.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && tokens::requires_test(list.tokens.clone()),
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
