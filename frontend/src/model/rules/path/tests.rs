use super::*;

const MESSAGE: &str = r#" {"order":"A-1042","total":19.90,"items":[{"sku":"K-7","n":2},{"sku":"B\"2"}],"a.b":{"c":[[1,2],[3]]},
    "order":"second","paid":true,"none":null,"\u00e9":"é","empty":{}} "#;

fn parts<'t>(paths: &[&str], text: &'t str) -> Vec<Option<&'t str>> {
    let paths: Vec<_> = paths.iter().map(|path| Path::parse(path).unwrap()).collect();
    find(&paths, text).into_iter().map(|range| range.map(|range| &text[range])).collect()
}

fn part<'t>(path: &str, text: &'t str) -> Option<&'t str> {
    parts(&[path], text)[0]
}

#[test]
fn finds_values_of_every_kind() {
    for (path, expected) in [
        ("order", r#""A-1042""#),
        ("total", "19.90"),
        ("items", r#"[{"sku":"K-7","n":2},{"sku":"B\"2"}]"#),
        ("items[0]", r#"{"sku":"K-7","n":2}"#),
        ("items[0].n", "2"),
        ("items[1].sku", r#""B\"2""#),
        ("$.paid", "true"),
        ("$[\"none\"]", "null"),
        (r#"["a.b"].c[0][1]"#, "2"),
        (r#"$["a.b"]["c"][1][0]"#, "3"),
        ("é", "\"é\""),
        ("empty", "{}"),
    ] {
        assert_eq!(part(path, MESSAGE), Some(expected), "{path}");
    }
    assert_eq!(part("$", MESSAGE), Some(MESSAGE.trim()));
    assert_eq!((part("$", "7"), part("[1]", "[1, 2]")), (Some("7"), Some("2")));
}

#[test]
fn finds_nothing_beside_the_path() {
    for path in
        ["sku", "items.sku", "items[2]", "order.x", "total[0]", "items[0].sku.x", "n", "c", "empty.x", "0", "[0]"]
    {
        assert_eq!(part(path, MESSAGE), None, "{path}");
    }
    for text in ["", "hello", "7", "[", "{\"a\"", "{a:1}"] {
        assert_eq!(part("a", text), None, "{text}");
    }
}

#[test]
fn finds_all_paths_in_one_pass() {
    let paths = ["items[1].sku", "order", "items", "order", "missing", "items[0].n", "paid"];
    let one_by_one: Vec<_> = paths.iter().map(|path| part(path, MESSAGE)).collect();
    assert_eq!(parts(&paths, MESSAGE), one_by_one);
}

#[test]
fn leaves_the_rest_of_a_message_unread() {
    let paths = [Path::parse("a").unwrap()];
    assert_eq!(find(&paths, r#"{"a":1, this is not JSON"#), [Some(5..6)]);
    assert_eq!(find(&paths, r#"{"b":1, this is not JSON"#), [None]);
    assert_eq!(find(&[], "{}"), []);
}

#[test]
fn a_closed_container_is_not_on_the_path_of_the_next_one() {
    assert_eq!(part("a.b", r#"{"a":{"c":1},"b":2,"d":{"b":3}}"#), None);
    assert_eq!(part("a[1].b", r#"{"a":[{"b":1},{"b":2}]}"#), Some("2"));
    assert_eq!(part("a.b", r#"{"x":{"a":{"b":1}},"a":{"b":2}}"#), Some("2"));
}

#[test]
fn rejects_invalid_paths() {
    for path in [
        "", " ", ".", "a.", "a..b", "a[", "a[]", "a[x]", "a[-1]", "a[+1]", "a[\"b]", "a]", "$a", "a\"b", "a[1", "a[0]b",
    ] {
        assert_eq!(Path::parse(path), None, "{path}");
    }
    assert_eq!(Path::parse(" a.b "), Path::parse("$.a[\"b\"]"));
}

#[test]
fn compares_strings_by_content_and_other_values_by_text() {
    for (json, value, expected) in [
        (r#""paid""#, "paid", true),
        (r#""pa\u0069d""#, "paid", true),
        (r#""paid""#, r#""paid""#, true),
        ("true", "true", true),
        ("1.0", "1", false),
        (r#""1""#, "1", true),
        (r#""""#, "", true),
    ] {
        assert_eq!(has_value(json, value), expected, "{json} {value}");
    }
    assert_eq!([r#""a\nb""#, "1.50", "[1]"].map(value_text), ["a\nb", "1.50", "[1]"]);
}

#[test]
fn survives_every_prefix_of_a_message() {
    let paths = ["items[1].sku", "empty", "paid"].map(|path| Path::parse(path).unwrap());
    for end in (0..MESSAGE.len()).filter(|end| MESSAGE.is_char_boundary(*end)) {
        for range in find(&paths, &MESSAGE[..end]).into_iter().flatten() {
            assert!(range.end <= end);
        }
    }
}
