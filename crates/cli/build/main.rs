//! Sets `YODEL_VERSION`: the version, with the commit if the source is a Git checkout.

mod commit;

use std::env;
use std::path::Path;

use commit::Commit;

fn main() {
    println!("cargo::rerun-if-changed=build");
    let version = env!("CARGO_PKG_VERSION");
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let version = match Commit::find(&checkout) {
        Some(Commit { short, files }) => {
            for file in files {
                println!("cargo::rerun-if-changed={}", file.display());
            }
            format!("{version} ({short})")
        }
        None => version.to_owned(),
    };
    println!("cargo::rustc-env=YODEL_VERSION={version}");
}
