//! String literals of JavaScript, Python and Rust, and their escapes.

use std::fmt::Write;

/// Returns a string literal of JavaScript or Rust.
pub fn quote(text: &str) -> String {
    quote_with(text, '"', |char, literal| {
        let _ = write!(literal, "\\u{{{:x}}}", u32::from(char));
    })
}

/// Returns a string literal of Python.
pub fn quote_python(text: &str) -> String {
    quote_with(text, '"', |char, literal| {
        let _ = match u32::from(char) {
            code @ 0..=0xffff => write!(literal, "\\u{code:04x}"),
            code => write!(literal, "\\U{code:08x}"),
        };
    })
}

/// Returns a list of string literals with commas between them.
pub fn list(texts: &[&str], quote: fn(&str) -> String) -> String {
    texts.iter().map(|text| quote(text)).collect::<Vec<_>>().join(", ")
}

/// Returns whether a character is not seen, or changes how others are seen: controls, line separators, formatting of
/// the direction, characters without width.
pub fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Returns a text between these quotation marks. `escape` appends an invisible character.
pub fn quote_with(text: &str, mark: char, escape: fn(char, &mut String)) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push(mark);
    for char in text.chars() {
        match char {
            '\n' => literal.push_str(r"\n"),
            '\r' => literal.push_str(r"\r"),
            '\t' => literal.push_str(r"\t"),
            char if char == mark || char == '\\' => literal.extend(['\\', char]),
            char if is_invisible(char) => escape(char, &mut literal),
            char => literal.push(char),
        }
    }
    literal.push(mark);
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_quotes_and_invisible_characters() {
        for (text, script, python) in [
            ("it's \"好\" 👋", r#""it's \"好\" 👋""#, r#""it's \"好\" 👋""#),
            ("\\n\n\r\t", r#""\\n\n\r\t""#, r#""\\n\n\r\t""#),
            ("\x00001\u{1b}", r#""\u{0}001\u{1b}""#, r#""\u0000001\u001b""#),
            ("\u{2028}\u{202e}\u{feff}", r#""\u{2028}\u{202e}\u{feff}""#, r#""\u2028\u202e\ufeff""#),
            ("\u{e0041}", r#""\u{e0041}""#, r#""\U000e0041""#),
        ] {
            assert_eq!((quote(text).as_str(), quote_python(text).as_str()), (script, python));
        }
        assert_eq!(list(&["a", "b"], quote), r#""a", "b""#);
    }
}
