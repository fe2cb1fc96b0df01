//! Messages with references to variables: `{{name}}`. `{{{{` stands for two braces, so `{{{{name}}` is sent as
//! `{{name}}`.

/// Longest name between the braces in bytes, with spaces around it.
const MAX_REFERENCE: usize = 80;
const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A message with references, parsed once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Reference {
        name: String,
        /// The reference as it was typed.
        typed: String,
    },
}

/// A message whose references are replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The message. References without a value are as they were typed.
    pub text: String,
    /// Distinct names without a value.
    pub undefined: Vec<String>,
}

impl Template {
    /// Parses a message. Braces that are not a reference are text.
    pub fn parse(text: &str) -> Self {
        let mut template = Self::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            template.push_text(before);
            if let Some(after) = after.strip_prefix(OPEN) {
                template.push_text(OPEN);
                rest = after;
            } else if let Some((typed, name)) = reference(after) {
                let typed = [OPEN, typed, CLOSE].concat();
                rest = &after[typed.len() - OPEN.len()..];
                template.pieces.push(Piece::Reference { name: name.to_owned(), typed });
            } else {
                // The second brace may begin a reference.
                template.push_text("{");
                rest = &rest[before.len() + 1..];
            }
        }
        template.push_text(rest);
        template
    }

    /// Replaces each reference by its value. Values are not searched for references.
    pub fn expand(&self, mut value: impl FnMut(&str) -> Option<String>) -> Expanded {
        let mut expanded = Expanded::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => expanded.text.push_str(text),
                Piece::Reference { name, typed } => {
                    let value = value(name);
                    expanded.text.push_str(value.as_ref().unwrap_or(typed));
                    if value.is_none() && !expanded.undefined.contains(name) {
                        expanded.undefined.push(name.clone());
                    }
                }
            }
        }
        expanded
    }

    /// Returns the names that messages refer to, each as often as it occurs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces
            .iter()
            .filter_map(|piece| if let Piece::Reference { name, .. } = piece { Some(&**name) } else { None })
    }

    fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }
}

/// Returns whether a text may have references or escaped braces.
pub fn has_braces(text: &str) -> bool {
    text.contains(OPEN)
}

/// Returns whether a text is the name of a variable: a letter or `_`, then letters, digits, `_` and `-`.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Returns the text between the braces and the name in it, if a reference continues like this.
fn reference(after: &str) -> Option<(&str, &str)> {
    let end = after.bytes().take(MAX_REFERENCE).position(|byte| byte == b'}')?;
    let typed = &after[..end];
    let name = typed.trim_matches(' ');
    let is_reference = is_name(name.strip_prefix('$').unwrap_or(name)) && after[end..].starts_with(CLOSE);
    is_reference.then_some((typed, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str) -> Expanded {
        let value = |name: &str| match name {
            "id" => Some("A-1042".to_owned()),
            "braces" => Some("{{id}}".to_owned()),
            "$counter" => Some("7".to_owned()),
            _ => None,
        };
        Template::parse(text).expand(value)
    }

    #[test]
    fn replaces_references_by_values() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            (r#"{"order":"{{id}}","n":{{$counter}}}"#, r#"{"order":"A-1042","n":7}"#),
            ("{{ id }}{{id}}", "A-1042A-1042"),
            ("{{{id}}}", "{A-1042}"),
            ("é{{id}}好", "éA-1042好"),
        ] {
            assert_eq!(expand(text), Expanded { text: expected.to_owned(), undefined: vec![] }, "{text}");
        }
    }

    #[test]
    fn values_are_not_searched_for_references() {
        assert_eq!(expand("{{braces}}").text, "{{id}}");
    }

    #[test]
    fn unknown_names_stay_as_typed_and_are_reported_once() {
        let expanded = expand("{{ x }} {{id}} {{$guid}} {{x}}");
        assert_eq!(expanded.text, "{{ x }} A-1042 {{$guid}} {{x}}");
        assert_eq!(expanded.undefined, ["x", "$guid"]);
    }

    #[test]
    fn other_braces_are_text() {
        let long = format!("{{{{{}}}}}", "x".repeat(MAX_REFERENCE));
        for text in ["{{", "{{}}", "{{1st}}", "{{a b}}", "{{id}", "{{id", "}}", r#"{"a":{"b":{}}}"#, "{{é}}", &long] {
            assert_eq!(expand(text), Expanded { text: text.to_owned(), undefined: vec![] }, "{text}");
        }
    }

    #[test]
    fn four_braces_are_two() {
        assert_eq!(expand("{{{{id}}").text, "{{id}}");
        assert_eq!(expand("{{{{{{id}}").text, "{{A-1042");
    }

    #[test]
    fn lists_the_names() {
        let template = Template::parse("{{id}} {{$uuid}} {{{{no}}");
        assert_eq!(template.names().collect::<Vec<_>>(), ["id", "$uuid"]);
    }
}
