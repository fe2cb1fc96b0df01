use super::*;
use axum::http::HeaderValue;

fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
    if let Some(origin) = origin {
        headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
    }
    headers
}

fn policy(listed: &[&str], names: &[&str]) -> OriginPolicy {
    let origin = listed.iter().map(|text| text.parse().unwrap()).collect();
    let host = names.iter().map(|text| text.parse().unwrap()).collect();
    OriginPolicy::new(&ServerConfig { origin, host, ..ServerConfig::default() }, None)
}

fn allowed(listed: &[&str], host: &str, origin: Option<&str>) -> bool {
    policy(listed, &[]).check(&headers(host, origin)).is_ok()
}

#[test]
fn allows_the_servers_own_page_and_programs() {
    assert!(allowed(&[], "127.0.0.1:8000", Some("http://127.0.0.1:8000")));
    assert!(allowed(&[], "LocalHost:8000", Some("http://localhost:8000")));
    assert!(allowed(&[], "[::1]:8000", Some("http://[::1]:8000")));
    assert!(allowed(&[], "127.0.0.2:8000", Some("http://127.0.0.2:8000")));
    assert!(allowed(&[], "127.0.0.1:8000", None));
    for (host, origin) in [("a.example", "https://a.example"), ("a.example:443", "https://a.example")] {
        let behind_proxy = policy(&[], &["a.example"]).check(&headers(host, Some(origin)));
        assert_eq!(behind_proxy, Ok(()), "a proxy may terminate TLS");
    }
}

#[test]
fn rejects_foreign_origins() {
    for origin in [
        "http://evil.example",
        "http://127.0.0.1:9000",
        "http://127.0.0.1",
        "null",
        "",
        "127.0.0.1:8000",
        "http://127.0.0.1:8000.evil.example",
        "http://evil.example#127.0.0.1:8000",
        "http://127.0.0.1:8000@evil.example",
        "http://evil@127.0.0.1:8000",
    ] {
        assert!(!allowed(&[], "127.0.0.1:8000", Some(origin)), "{origin}");
    }
}

#[test]
fn rejects_embedding_by_other_sites() {
    for (site, mode, allowed) in [
        ("cross-site", "no-cors", false),
        ("same-site", "no-cors", false),
        ("same-origin", "cors", true),
        ("none", "navigate", true),
        ("cross-site", "navigate", true),
    ] {
        let mut headers = headers("127.0.0.1:8000", None);
        headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        headers.insert("sec-fetch-mode", HeaderValue::from_static(mode));
        assert_eq!(policy(&[], &[]).check(&headers).is_ok(), allowed, "{site} {mode}");
    }
}

#[test]
fn rejects_names_that_are_not_the_servers() {
    for name in ["rebound.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "1.2.3", "0x7f000001"] {
        for origin in [None, Some(&*format!("http://{name}"))] {
            let error = policy(&[], &["a.example"]).check(&headers(name, origin));
            assert!(matches!(error, Err(OriginError::Host(_))), "{name}: {error:?}");
            assert_eq!(policy(&[], &["a.example"]).check_host(&headers(name, origin)), error);
        }
    }
    for invalid in ["", ":80", "a b", "a.example:x", "u@a.example", "$(id)", "a.example/"] {
        let error = policy(&["https://a.example"], &["a.example"]).check(&headers(invalid, None));
        assert_eq!(error, Err(OriginError::InvalidHost), "{invalid}");
    }
    assert_eq!(policy(&[], &[]).check(&HeaderMap::new()), Err(OriginError::InvalidHost));
}

#[test]
fn accepts_addresses_and_the_names_of_host_and_origin() {
    let policy = policy(&["https://app.example", "tauri://localhost", "null"], &["yodel.example"]);
    for known in [
        "localhost:1",
        "192.168.1.7:8000",
        "[2001:db8::1]",
        "[2001:db8::1]:8000",
        "YODEL.example:8000",
        "yodel.example.",
        "app.example:8443",
    ] {
        assert_eq!(policy.check(&headers(known, None)), Ok(()), "{known}");
    }
}

#[test]
fn the_scheme_of_a_host_that_is_listed_with_https_counts() {
    let listed = ["https://app.example"];
    assert!(allowed(&listed, "app.example", Some("https://app.example")));
    assert!(!allowed(&listed, "app.example", Some("http://app.example")));
    assert!(!allowed(&listed, "app.example:8000", Some("http://app.example:8000")));
    assert!(!allowed(&listed, "app.example", Some("https://app.example:444")), "the port counts");
    assert!(allowed(&["https://app.example", "http://app.example"], "app.example", Some("http://app.example")));
    assert!(allowed(&["http://app.example"], "app.example", Some("http://app.example")));
}

#[test]
fn accepts_origins_of_apps_and_extensions_only_if_listed() {
    for origin in ["chrome-extension://aapb", "tauri://localhost", "capacitor://localhost", "null", "file://"] {
        assert!(!allowed(&[], "localhost:8000", Some(origin)), "{origin}");
        assert!(allowed(&[origin], "localhost:8000", Some(origin)), "{origin}");
    }
}

#[derive(Debug)]
struct Certified(&'static str);

impl CertifiedNames for Certified {
    fn contains(&self, name: &str) -> bool {
        name == self.0
    }
}

#[test]
fn with_own_tls_the_own_origin_is_https_and_the_names_of_the_certificate_are_known() {
    let policy = OriginPolicy::new(&ServerConfig::default(), Some(Arc::new(Certified("a.example"))));
    let check = |host: &str, origin: &str| policy.check(&headers(host, Some(origin)));
    assert_eq!(check("a.example:8443", "https://a.example:8443"), Ok(()));
    assert_eq!(check("127.0.0.1:8443", "https://127.0.0.1:8443"), Ok(()));
    for (host, origin) in [
        ("a.example:8443", "http://a.example:8443"),
        ("a.example", "http://a.example"),
        ("a.example:443", "http://a.example:443"),
        ("127.0.0.1:8443", "http://127.0.0.1:8443"),
        ("a.example:8443", "https://a.example"),
    ] {
        assert_eq!(check(host, origin), Err(OriginError::Origin(origin.parse().unwrap())), "{host}");
    }
    assert!(matches!(check("b.example", "https://b.example"), Err(OriginError::Host(_))));
}

/// Returns the value that an error advises for a flag.
fn advised<'e>(error: &'e str, flag: &str) -> Option<&'e str> {
    let (_, after) = error.split_once(&format!("({flag} "))?;
    after.split_once(')').map(|(value, _)| value)
}

#[test]
fn the_advice_of_an_error_solves_it() {
    for origin in ["http://evil.example:81", "chrome-extension://aapb", "null", "file://", "HTTPS://A.example:443"] {
        let request = headers("localhost:8000", Some(origin));
        let error = policy(&[], &[]).check(&request).unwrap_err().to_string();
        let value = advised(&error, "--origin").unwrap_or_else(|| panic!("{error}"));
        assert_eq!(policy(&[value], &[]).check(&request), Ok(()), "{error}");
    }
    for host in ["rebound.example:8000", "box", "Box.Local."] {
        let request = headers(host, None);
        let error = policy(&[], &[]).check(&request).unwrap_err().to_string();
        let value = advised(&error, "--host").unwrap_or_else(|| panic!("{error}"));
        assert_eq!(policy(&[], &[value]).check(&request), Ok(()), "{error}");
    }
    for nothing in [OriginError::InvalidHost, OriginError::InvalidOrigin, OriginError::CrossSiteEmbed] {
        assert!(!nothing.to_string().contains("--"), "{nothing}: no flag would help");
    }
}

#[test]
fn allows_listed_origins() {
    let listed = ["http://localhost:3000", "https://app.example"];
    assert!(allowed(&listed, "127.0.0.1:8000", Some("http://localhost:3000")));
    assert!(allowed(&listed, "app.example", Some("https://app.example")), "behind a proxy");
    assert!(!allowed(&listed, "127.0.0.1:8000", Some("http://app.example")), "the scheme is listed too");
    assert!(allowed(&["*"], "rebound.example", Some("http://evil.example")));
}

#[test]
fn rejects_two_origin_headers() {
    let mut headers = headers("127.0.0.1:8000", Some("http://127.0.0.1:8000"));
    headers.append(header::ORIGIN, HeaderValue::from_static("http://evil.example"));
    assert!(policy(&[], &[]).check(&headers).is_err());
}
