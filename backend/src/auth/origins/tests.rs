use super::*;
use axum::http::HeaderValue;

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const UNSPECIFIED: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
    if let Some(origin) = origin {
        headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
    }
    headers
}

fn allowed(listener: IpAddr, listed: &[&str], host: &str, origin: Option<&str>) -> bool {
    let listed = listed.iter().map(|text| text.parse().unwrap()).collect();
    OriginPolicy::new(listed, listener).check(&headers(host, origin)).is_ok()
}

#[test]
fn allows_the_servers_own_page_and_programs() {
    assert!(allowed(LOOPBACK, &[], "127.0.0.1:8000", Some("http://127.0.0.1:8000")));
    assert!(allowed(LOOPBACK, &[], "LocalHost:8000", Some("http://localhost:8000")));
    assert!(allowed(LOOPBACK, &[], "[::1]:8000", Some("http://[::1]:8000")));
    assert!(allowed(LOOPBACK, &[], "127.0.0.2:8000", Some("http://127.0.0.2:8000")));
    assert!(allowed(LOOPBACK, &[], "127.0.0.1:8000", None));
    assert!(allowed(UNSPECIFIED, &[], "yodel.example", Some("https://yodel.example")), "a proxy terminates TLS");
    assert!(allowed(UNSPECIFIED, &[], "yodel.example:443", Some("https://yodel.example")));
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
        assert!(!allowed(LOOPBACK, &[], "127.0.0.1:8000", Some(origin)), "{origin}");
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
        assert_eq!(OriginPolicy::new(Vec::new(), LOOPBACK).check(&headers).is_ok(), allowed, "{site} {mode}");
    }
}

#[test]
fn rejects_foreign_hosts_on_loopback() {
    assert!(!allowed(LOOPBACK, &[], "rebound.example:8000", Some("http://rebound.example:8000")));
    assert!(!allowed(LOOPBACK, &[], "rebound.example:8000", None));
    assert!(!allowed(LOOPBACK, &[], "127.0.0.1.evil.example", None));
    assert!(allowed(UNSPECIFIED, &[], "yodel.example:8000", Some("http://yodel.example:8000")));
}

#[test]
fn allows_listed_origins() {
    let listed = ["http://localhost:3000", "https://app.example"];
    assert!(allowed(LOOPBACK, &listed, "127.0.0.1:8000", Some("http://localhost:3000")));
    assert!(allowed(LOOPBACK, &listed, "app.example", Some("https://app.example")), "behind a proxy");
    assert!(!allowed(LOOPBACK, &listed, "127.0.0.1:8000", Some("http://app.example")), "the scheme is listed too");
    assert!(allowed(LOOPBACK, &["*"], "rebound.example", Some("http://evil.example")));
}

#[test]
fn rejects_two_origin_headers() {
    let mut headers = headers("127.0.0.1:8000", Some("http://127.0.0.1:8000"));
    headers.append(header::ORIGIN, HeaderValue::from_static("http://evil.example"));
    assert!(OriginPolicy::new(Vec::new(), LOOPBACK).check(&headers).is_err());
}

#[test]
fn parses_allowed_origins() {
    for right in ["*", "http://localhost", "https://app.example:8443", "https://app.example/"] {
        assert!(right.parse::<AllowedOrigin>().is_ok(), "{right}");
    }
    for wrong in ["", "app.example", "ftp://app.example", "https://", "https://app.example/path", "https://a:x"] {
        assert!(wrong.parse::<AllowedOrigin>().is_err(), "{wrong}");
    }
}
