//! Replaces placeholders.

use std::fmt::Display;

/// Replaces each `{name}` in a string by the value of that name, and each `{name:singular|plural}` by one of the two
/// words: the singular if the value is 1. Values are not searched for placeholders, so a `{code}` in a server's message
/// stays as it is. A value with bidirectional controls is isolated (Unicode TR 9), so that it does not turn around the
/// text beside it.
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    replace(text, values, isolated)
}

/// Replaces placeholders like [`fill`], but keeps values exactly: for texts that are also exported, copied and
/// searched.
pub fn fill_exact(text: &str, values: &[(&str, &dyn Display)]) -> String {
    replace(text, values, |value| value)
}

fn replace(text: &str, values: &[(&str, &dyn Display)], prepare: fn(String) -> String) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let (name, words) = name.split_once(':').unwrap_or((name, ""));
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            let value = value.to_string();
            match words.split_once('|') {
                Some((singular, plural)) => filled.push_str(if value == "1" { singular } else { plural }),
                None => filled.push_str(&prepare(value)),
            }
        }
        rest = after;
    }
    filled + rest
}

/// Returns a value between an isolate and its end. An end in the value itself would end the isolate early.
fn isolated(value: String) -> String {
    if !value.contains(is_bidi_control) {
        return value;
    }
    let inner: String = value.chars().filter(|char| *char != '\u{2069}').collect();
    ["\u{2068}", &inner, "\u{2069}"].concat()
}

/// Returns whether a character changes the direction of the text after it.
fn is_bidi_control(char: char) -> bool {
    matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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

    #[test]
    fn selects_singular_and_plural_by_the_value() {
        let size = |n: &str| fill("{n} {n:byte|bytes} left", &[("n", &n)]);
        assert_eq!(
            ["0", "1", "2", "1,001"].map(size),
            ["0 bytes left", "1 byte left", "2 bytes left", "1,001 bytes left"]
        );
    }

    #[test]
    fn isolates_values_that_turn_text_around() {
        let greeting = |name: &str| fill("Send to {name} now", &[("name", &name)]);
        assert_eq!(greeting("ada"), "Send to ada now");
        assert_eq!(greeting("\u{202e}ada"), "Send to \u{2068}\u{202e}ada\u{2069} now");
        assert_eq!(greeting("\u{2069}\u{202e}ada"), "Send to \u{2068}\u{202e}ada\u{2069} now", "the end is dropped");
        assert_eq!(fill_exact("{name}", &[("name", &"\u{2069}\u{202e}")]), "\u{2069}\u{202e}");
    }
}
