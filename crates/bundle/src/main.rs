//! `bundle FOLDER MODULE`: finishes the page that Trunk has built in a folder. `MODULE` is the page as the compiler wrote
//! it. Runs as Trunk's `post_build` hook (`scripts/post-build`), so that `trunk build --release` and `make build` make
//! the same bundle.
//!
//! | step | file |
//! |---|---|
//! | drop what no script uses before the linker's output is split | [`roots`] |
//! | split the module, bind its parts to one script | [`split`] |
//! | shorten the names between script and modules | [`names`] |
//! | optimize the modules | [`optimize`] |
//! | check that all imports and exports still fit | [`check`] |
//! | move the files into the folder, minify page and styles | [`install`], [`html`] |
//! | write the compressed files | [`compress`] |

mod bundle;
mod check;
mod compress;
mod error;
mod html;
mod install;
mod module;
mod names;
mod optimize;
mod roots;
mod split;
mod tool;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use error::Error;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(module), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("usage: bundle FOLDER MODULE");
        return ExitCode::FAILURE;
    };
    match finish(&folder, &module) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Replaces Trunk's files by those of the bundle. The folder is unchanged if an earlier step fails.
fn finish(folder: &Path, module: &Path) -> Result<(), Error> {
    let work = folder.with_extension("parts");
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work).map_err(|error| Error::file(&work, error))?;
    let result = build(folder, module, &work);
    let _ = std::fs::remove_dir_all(&work);
    result
}

fn build(folder: &Path, module: &Path, work: &Path) -> Result<(), Error> {
    let bundle = split::split(module, work)?;
    let names = names::shorten(&bundle)?;
    optimize::optimize(&bundle.parts)?;
    check::check(&bundle, &names)?;
    install::install(&bundle, folder)?;
    compress::compress(folder)
}
