//! Makes a module that can be split, for Cargo's profile `page`: `src/ui/shell/lazy.rs` and `src/transport/lazy.rs` then
//! have split points, and the linker keeps the relocations that the splitter follows.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Cargo names the profile only in the path: `PROFILE` is `release` for all profiles that inherit from it.
    let folder = env::var("OUT_DIR").unwrap_or_default();
    let is_page = Path::new(&folder).components().any(|part| part.as_os_str() == "page");
    if is_page && env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
