use super::*;

#[test]
fn parses_a_server() {
    let url = RedisUrl::parse("redis://host").unwrap();
    assert_eq!(url.topology, Topology::Single(Address::new("host", 6379)));
    assert_eq!((url.database, url.tls, &url.credentials), (0, false, &RedisCredentials::default()));

    let url = RedisUrl::parse("rediss://us%65r:p%40ss:w@[::1]:7000/3?ca=/a%20b.pem").unwrap();
    assert_eq!(url.topology, Topology::Single(Address::new("::1", 7000)));
    assert_eq!((url.database, url.tls, url.ca), (3, true, Some("/a b.pem".into())));
    let password = Some("p@ss:w".to_owned());
    assert_eq!(url.credentials, RedisCredentials { username: Some("user".into()), password });
}

#[test]
fn parses_a_password_without_a_user() {
    let url = RedisUrl::parse("redis://:secret@host:1").unwrap();
    assert_eq!(url.credentials, RedisCredentials { username: None, password: Some("secret".into()) });
}

#[test]
fn parses_sentinels() {
    let url = RedisUrl::parse("redis+sentinel://u:p@a,b:1/main?sentinel_password=s").unwrap();
    let credentials = RedisCredentials { username: None, password: Some("s".into()) };
    let sentinels = vec![Address::new("a", 26379), Address::new("b", 1)];
    assert_eq!(url.topology, Topology::Sentinel { sentinels, master: "main".into(), credentials });
    assert_eq!(url.credentials.username.as_deref(), Some("u"));
}

#[test]
fn parses_a_cluster() {
    let url = RedisUrl::parse("rediss+cluster://a:1,b").unwrap();
    assert_eq!(url.topology, Topology::Cluster(vec![Address::new("a", 1), Address::new("b", 6379)]));
    assert!(url.tls);
}

#[test]
fn rejects_invalid_addresses() {
    for (url, error) in [
        ("host:6379", UrlError::Scheme),
        ("http://host", UrlError::Scheme),
        ("redis+://host", UrlError::Scheme),
        ("redis+other://host", UrlError::Scheme),
        ("redis://", UrlError::Host),
        ("redis+cluster://a,,b", UrlError::Host),
        ("redis://[::1", UrlError::Host),
        ("redis://a,b", UrlError::ManyHosts),
        ("redis://a:0", UrlError::Port),
        ("redis://a:x", UrlError::Port),
        ("redis://[::1]7", UrlError::Port),
        ("redis://user:pa/ss@host", UrlError::Port),
        ("redis://user@host", UrlError::Password),
        ("redis://user:@host", UrlError::Password),
        ("redis://:%zz@host", UrlError::Encoding),
        ("redis://:%ff@host", UrlError::Encoding),
        ("redis://host/x", UrlError::Database),
        ("redis+cluster://host/1", UrlError::ClusterDatabase),
        ("redis+sentinel://host", UrlError::Master),
        ("redis+sentinel://host/", UrlError::Master),
        ("redis://host?tls=1", UrlError::Option),
        ("redis://host?ca", UrlError::Option),
    ] {
        let expected = Err(error);
        let parsed = RedisUrl::parse(url);
        // `redis://user:pa/ss@host` fails at the path or at the port; both repeat nothing.
        assert!(parsed == expected || (url.contains("pa/ss") && parsed.is_err()), "{url}: {parsed:?}");
    }
}

#[test]
fn shows_no_password() {
    let url = RedisUrl::parse("redis+sentinel://u:hunter2@a/m?sentinel_password=hunter3").unwrap();
    let shown = format!("{url:?}");
    assert!(!shown.contains("hunter"), "{shown}");
}
