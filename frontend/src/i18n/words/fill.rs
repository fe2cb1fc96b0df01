//! Values into the places of a text.

use std::fmt::Display;

/// Puts values where the text has their name in braces. Once through: what is put in is never
/// looked at again, so a server's `{code}` stays as it is.
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
    fn values_go_where_their_names_are() {
        assert_eq!(fill("in {s} s, {s}!", &[("s", &4)]), "in 4 s, 4!");
        assert_eq!(fill("plain", &[("s", &4)]), "plain");
    }

    #[test]
    fn a_value_is_never_filled_itself() {
        assert_eq!(fill("[{url}] ({code})", &[("url", &"{code}"), ("code", &1)]), "[{code}] (1)");
    }
}
