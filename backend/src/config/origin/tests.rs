//! Texts that are origins, and texts that are not.

use super::*;

#[test]
fn parses_every_origin_of_rfc_6454_and_prints_what_browsers_send() {
    for (text, sent) in [
        ("null", "null"),
        ("http://localhost", "http://localhost"),
        ("HTTPS://App.Example:443", "https://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        ("https://app.example:08443", "https://app.example:8443"),
        ("http://[0:0::1]:8000", "http://[::1]:8000"),
        ("chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb", "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb"),
        ("moz-extension://3f1e-4a", "moz-extension://3f1e-4a"),
        ("tauri://localhost", "tauri://localhost"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("app://.", "app://."),
        ("file://", "file://"),
    ] {
        let origin: Origin = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(origin.to_string(), sent);
        assert_eq!(sent.parse(), Ok(origin.clone()), "{sent}");
        assert_eq!(text.parse(), Ok(AllowedOrigin::Exact(origin)), "{text}");
    }
    assert_eq!("*".parse(), Ok(AllowedOrigin::Any));
    assert_eq!("https://app.example/".parse::<AllowedOrigin>(), "https://app.example".parse());
}

#[test]
fn rejects_invalid_origins() {
    for wrong in [
        "",
        "app.example",
        "https://",
        "https:///",
        "https://app.example/path",
        "https://a:x",
        "https://a:",
        "NULL",
        "https://a:65536",
        "https://a:+1",
        "https://a@b",
        "https://a?b",
        "https://a#b",
        "https://a b",
        "https://$(id)",
        "https://a,b",
        "://a",
        "1http://a",
        "http://[::1",
        "http://[a]",
        "http://[::1]x",
        "https://bücher.example",
        "http://a]b",
        "file://:80",
    ] {
        assert!(wrong.parse::<AllowedOrigin>().is_err(), "{wrong}");
    }
}
