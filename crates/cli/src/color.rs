//! The choice of colors in the output.

use std::env;

/// Returns whether output to a terminal may have colors: not with a non-empty `NO_COLOR` (no-color.org), and not if
/// `TERM` is `dumb`.
pub fn is_wanted() -> bool {
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
    !no_color && !dumb
}
