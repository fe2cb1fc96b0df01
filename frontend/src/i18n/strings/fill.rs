//! Replaces placeholders.

use std::fmt::Display;

/// Replaces each `{name}` in a string by the value of that name. Values are not searched for placeholders, so a
/// `{code}` in a server's message stays as it is.
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(&value.to_string());
        }
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_placeholders_by_values() {
        assert_eq!(fill("in {s} s, {s}!", &[("s", &4)]), "in 4 s, 4!");
        assert_eq!(fill("plain", &[("s", &4)]), "plain");
    }

    #[test]
    fn leaves_braces_in_values_alone() {
        assert_eq!(fill("[{url}] ({code})", &[("url", &"{code}"), ("code", &1)]), "[{code}] (1)");
    }
}
