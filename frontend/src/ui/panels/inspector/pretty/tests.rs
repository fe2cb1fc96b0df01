use super::*;

fn pretty(text: &str) -> Option<String> {
    Pretty::default().piece(text, usize::MAX >> 1)
}

#[test]
fn puts_values_on_lines_and_short_objects_on_one() {
    let text = r#"{"order":"A-1042","total":19.90,"items":[{"sku":"K-7","n":2}],"paid":true,"none":[],"nil":{}}"#;
    let expected = "{\n  \"order\": \"A-1042\",\n  \"total\": 19.90,\n  \"items\": [\n    { \"sku\": \"K-7\", \"n\": 2 }\n  ],\n  \"paid\": true,\n  \"none\": [],\n  \"nil\": {}\n}";
    assert_eq!(pretty(text).as_deref(), Some(expected));
    assert_eq!(pretty(expected).as_deref(), Some(expected), "formatting is idempotent");
}

#[test]
fn breaks_the_outermost_array_and_ignores_brackets_in_strings() {
    assert_eq!(pretty("[1,2]").as_deref(), Some("[\n  1,\n  2\n]"));
    assert_eq!(pretty(r#"[["[","]","\""]]"#).as_deref(), Some("[\n  [ \"[\", \"]\", \"\\\"\" ]\n]"));
}

#[test]
fn keeps_digits_and_order_of_fields() {
    let text = r#"[12345678901234567890,19.90,-0.0e+10,1E400,{"b":1,"a":"\"]\\"}]"#;
    let squeezed: String = pretty(text).unwrap().chars().filter(|c| !c.is_whitespace()).collect();
    assert_eq!(squeezed, text);
}

#[test]
fn rejects_invalid_json() {
    for text in [
        "",
        "hello",
        "[INFO] started",
        "{",
        "[1,]",
        "{\"a\"}",
        "[1}",
        "01",
        "1.",
        "+1",
        "- 1",
        "[1] x",
        "\"a",
        "tru",
        "{\"a\":1,}",
        "{1:2}",
        "[1 2]",
        "\"a\nb\"",
        "\"\u{1f}\"",
        "]",
        "[,1]",
    ] {
        assert_eq!(pretty(text), None, "{text:?}");
    }
}

#[test]
fn formats_in_bounded_pieces() {
    let text = format!("[{}0]", "{\"a\":[1,2,{\"b\":null}]},".repeat(500));
    let whole = pretty(&text).unwrap();
    let (mut pretty, mut pieces) = (Pretty::default(), String::new());
    while pretty.at() < text.len() {
        let piece = pretty.piece(&text, 100).unwrap();
        assert!(piece.len() < 300, "{}", piece.len());
        pieces += &piece;
    }
    assert_eq!(pieces, whole);
}

#[test]
fn bounds_the_indentation() {
    let depth = 10_000;
    let text = "[".repeat(depth) + &"]".repeat(depth);
    assert!(pretty(&text).unwrap().len() < 2 * depth * (2 * MAX_INDENT + 2));
}
