//! The imports and exports of a WebAssembly module.

use std::path::{Path, PathBuf};

use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, ImportSection, Module, RawSection};
use wasmparser::{Export, Import, Parser, Payload};

use crate::error::Error;

/// A module, as a file.
pub struct ModuleFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl ModuleFile {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|error| Error::file(path, error))?;
        Ok(Self { path: path.to_owned(), bytes })
    }

    /// Returns the imports as pairs of module and name.
    pub fn imports(&self) -> Result<Vec<(String, String)>, Error> {
        let mut names = Vec::new();
        self.visit(|import| names.push((import.module.to_owned(), import.name.to_owned())), |_| ())?;
        Ok(names)
    }

    /// Returns the names of the exports.
    pub fn exports(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        self.visit(|_| (), |export| names.push(export.name.to_owned()))?;
        Ok(names)
    }

    fn visit(&self, mut on_import: impl FnMut(Import<'_>), mut on_export: impl FnMut(Export<'_>)) -> Result<(), Error> {
        for payload in Parser::new(0).parse_all(&self.bytes) {
            match payload.map_err(|error| Error::content(&self.path, error))? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        on_import(import.map_err(|error| Error::content(&self.path, error))?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        on_export(export.map_err(|error| Error::content(&self.path, error))?);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes the module to a file, with other names of its imports and exports. An export without a new name is left
    /// out. All other sections are copied byte for byte, but no names of functions, which only a debugger needs.
    pub fn write(
        &self,
        path: &Path,
        import_name: impl Fn(&str) -> String,
        export_name: impl Fn(&str) -> Option<String>,
    ) -> Result<(), Error> {
        let mut module = Module::new();
        for payload in Parser::new(0).parse_all(&self.bytes) {
            let payload = payload.map_err(|error| Error::content(&self.path, error))?;
            match &payload {
                Payload::ImportSection(section) => {
                    let mut imports = ImportSection::new();
                    for import in section.clone().into_imports() {
                        let import = import.map_err(|error| Error::content(&self.path, error))?;
                        let ty = RoundtripReencoder.entity_type(import.ty);
                        let ty = ty.map_err(|error| Error::content(&self.path, error))?;
                        imports.import(import.module, &import_name(import.name), ty);
                    }
                    module.section(&imports);
                }
                Payload::ExportSection(section) => {
                    let mut exports = ExportSection::new();
                    for export in section.clone() {
                        let export = export.map_err(|error| Error::content(&self.path, error))?;
                        let Some(name) = export_name(export.name) else { continue };
                        let kind = RoundtripReencoder.export_kind(export.kind);
                        let kind = kind.map_err(|error| Error::content(&self.path, error))?;
                        exports.export(&name, kind, export.index);
                    }
                    module.section(&exports);
                }
                Payload::CustomSection(section) if section.name() == "name" => {}
                other => {
                    if let Some((id, range)) = other.as_section() {
                        module.section(&RawSection { id, data: &self.bytes[range] });
                    }
                }
            }
        }
        std::fs::write(path, module.finish()).map_err(|error| Error::file(path, error))
    }
}
