//! Writes JSON field by field, as serde does. serde's serializers would be 2 % of the page's download.

/// A JSON object that is written field by field.
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        write_string(text, &mut self.0);
    }

    pub(crate) fn number(&mut self, name: &str, number: u64) {
        self.raw(name, &number.to_string());
    }

    pub(crate) fn raw(&mut self, name: &str, json: &str) {
        self.name(name);
        self.0.push_str(json);
    }

    /// Appends the name of a field, which needs no escapes.
    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Appends a JSON string: escapes quotes, backslashes and control characters.
pub(crate) fn write_string(text: &str, json: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    json.push('"');
    for character in text.chars() {
        let escape = match character {
            '"' | '\\' => character,
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\0'..'\u{20}' => {
                json.push_str("\\u00");
                json.push(if character < '\u{10}' { '0' } else { '1' });
                json.push(char::from(DIGITS[character as usize % 16]));
                continue;
            }
            _ => {
                json.push(character);
                continue;
            }
        };
        json.push('\\');
        json.push(escape);
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_serde_does() {
        let controls: String = ('\0'..='\u{ff}').collect();
        for text in ["", "plain é \u{1f600} \u{2028}", "\"quoted\" \\ /", &controls] {
            let mut json = String::new();
            write_string(text, &mut json);
            assert_eq!(json, serde_json::to_string(text).unwrap());
        }
    }
}
