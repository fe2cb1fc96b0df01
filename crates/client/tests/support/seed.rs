//! Seeds of random tests.

use std::hash::{BuildHasher, RandomState};
use std::io::Write;

/// Returns the seed of a random test and prints how to repeat the run: the value of the environment variable
/// `variable`, a random seed if `CI` is set, and otherwise `default`.
///
/// # Panics
/// Panics if the variable is not a number.
pub fn seed(variable: &str, default: u64) -> u64 {
    let random = || RandomState::new().hash_one(variable);
    let seed = match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")),
        Err(_) if std::env::var_os("CI").is_some() => random(),
        Err(_) => default,
    };
    // Not `println!`, whose output is captured in passing tests.
    let _ = writeln!(std::io::stdout(), "seed of this run: {variable}={seed}");
    seed
}
