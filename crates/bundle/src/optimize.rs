//! Optimizes the modules with Binaryen.

use std::ffi::OsString;
use std::thread;

use crate::bundle::Part;
use crate::error::Error;
use crate::tool::run;

/// Features of the modules. `strip` has removed the section that names them, and wasm-split does not write one.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// `--low-memory-unused`: addresses below 1024 are unused, because the stack grows down from 1 MiB and nothing lies
/// below it. Functions of up to four bytes are inlined everywhere: that is 0.3 % smaller than the default of two.
const PASSES: [&str; 8] = [
    "--low-memory-unused",
    "--always-inline-max-function-size=4",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "-Oz",
];

/// Optimizes all modules at once, because wasm-opt uses several cores only half of the time.
///
/// # Errors
/// Returns an error if `wasm-opt` is missing or fails.
pub fn optimize(parts: &[Part]) -> Result<(), Error> {
    thread::scope(|scope| {
        let threads: Vec<_> = parts.iter().map(|part| scope.spawn(|| optimize_part(part))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(Error::Tool("wasm-opt".into()))))
    })
}

fn optimize_part(part: &Part) -> Result<(), Error> {
    let mut arguments: Vec<OsString> = FEATURES.iter().chain(&PASSES).map(OsString::from).collect();
    arguments.extend([part.path.clone().into(), "-o".into(), part.path.clone().into()]);
    run("wasm-opt", arguments).map(drop)
}
