use serde_json::value::RawValue;

use super::*;

/// Returns whether a text is one value, with whitespace around it.
fn is_json(text: &str) -> bool {
    let start = whitespace(text);
    value_length(&text[start..])
        .is_some_and(|length| whitespace(&text[start + length..]) + start + length == text.len())
}

#[test]
fn accepts_what_serde_accepts() {
    let valid = [
        "0",
        "-0",
        "1.50",
        "1e400",
        "-1.2E-3",
        "123456789012345678901234567890",
        "true",
        "false",
        "null",
        r#""""#,
        r#""\"\\\/\b\f\n\r\t\u00e9é\ud800""#,
        "[]",
        "{}",
        " [ 1 , [ ] , { } ] ",
        r#"{"a":1,"b":{"c":[null]}}"#,
        "\t\r\n1\n",
    ];
    let invalid = [
        "",
        " ",
        "01",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "- 1",
        "nul",
        "True",
        "'a'",
        "\"",
        r#""\x""#,
        r#""\u12g4""#,
        r#""\u12"#,
        r#""\"#,
        "\"\n\"",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        "{a:1}",
        "{1:1}",
        r#"{"a":1]"#,
        "[1}",
        "1 2",
        "{} {}",
        "\u{c}1",
        "\u{a0}1",
    ];
    for text in valid.into_iter().chain(invalid) {
        assert_eq!(is_json(text), serde_json::from_str::<&RawValue>(text).is_ok(), "{text}");
    }
    assert!(valid.into_iter().all(is_json));
    assert!(!invalid.into_iter().any(is_json));
}

#[test]
fn reads_nested_values_without_the_stack() {
    let text = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert_eq!(value_length(&text), Some(text.len()));
}

#[test]
fn returns_the_kinds_of_the_tokens() {
    use TokenKind::{Begin, Colon, Comma, End, Name, Scalar};
    let text = r#"{"a": [1,"b"]} x"#;
    let mut tokens = Tokenizer::default();
    let kinds: Vec<_> = std::iter::from_fn(|| tokens.next(text)).map(|token| (token.kind, token.length)).collect();
    let expected =
        [(Begin, 1), (Name, 3), (Colon, 1), (Begin, 1), (Scalar, 1), (Comma, 1), (Scalar, 3), (End, 1), (End, 1)];
    assert_eq!(kinds, expected);
    assert!(tokens.is_complete());
}
