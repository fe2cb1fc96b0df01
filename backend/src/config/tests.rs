//! Checks of settings against each other.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::*;

#[test]
fn a_reachable_address_requires_open_or_auth() {
    let listen = SocketAddr::from(([0, 0, 0, 0], 8000));
    assert_eq!(ServerConfig { listen, ..ServerConfig::default() }.check(), Err(ConfigError::Exposed { listen }));
    assert_eq!(ServerConfig { listen, open: true, ..ServerConfig::default() }.check(), Ok(()));
    let auth =
        AuthConfig { mode: AuthMode::Jwt, jwt_secret_file: Some("secret".into()), ..ServerConfig::default().auth };
    assert_eq!(ServerConfig { listen, auth, ..ServerConfig::default() }.check(), Ok(()));
    assert_eq!(ServerConfig::default().check(), Ok(()));
}

/// Returns settings with one listed origin.
fn with_origin(origin: &str) -> ServerConfig {
    ServerConfig { origin: vec![origin.parse().unwrap()], ..ServerConfig::default() }
}

#[test]
fn a_public_origin_means_public_defaults() {
    let public = || with_origin("https://app.example");
    assert_eq!(public().check(), Err(ConfigError::PublicOrigin));
    assert_eq!(ServerConfig { open: true, ..public() }.check(), Ok(()));
    assert_eq!((rate(&public()), byte_rate(&public())), (Some((100, 200)), Some((4 << 20, 8 << 20))));
    for local in ["http://localhost:3000", "http://app.localhost", "https://127.0.0.1:8443", "http://[::1]:80", "*"] {
        assert_eq!(with_origin(local).check(), Ok(()), "{local}");
        assert_eq!((rate(&with_origin(local)), byte_rate(&with_origin(local))), (None, None), "{local}");
    }
}

#[test]
fn metrics_are_open_by_default_only_without_public_access() {
    assert_eq!(MetricsAccess::default_for(ServerConfig::default().is_public()), MetricsAccess::Open);
    assert_eq!(MetricsAccess::default_for(with_origin("https://app.example").is_public()), MetricsAccess::Api);
    for listen in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let config = ServerConfig { listen: listen.parse().unwrap(), ..ServerConfig::default() };
        assert_eq!(MetricsAccess::default_for(config.is_public()), MetricsAccess::Api, "{listen}");
    }
}

#[test]
fn the_proxy_protocol_requires_trusted_proxies() {
    let config = ServerConfig { proxy_protocol: true, ..ServerConfig::default() };
    assert_eq!(config.check(), Err(ConfigError::UntrustedProxyProtocol));
    let trusted_proxy = vec!["10.0.0.0/8".parse().unwrap()];
    assert_eq!(ServerConfig { trusted_proxy, ..config }.check(), Ok(()));
}

#[test]
fn rejects_a_queue_smaller_than_a_message() {
    let error = ServerConfig { max_message: 2 << 20, ..ServerConfig::default() }.check();
    assert_eq!(error, Err(ConfigError::QueueTooSmall { max_queue: 1 << 20, max_message: 2 << 20 }));
}

/// Returns the rate and the burst size of one client.
fn rate(config: &ServerConfig) -> Option<(u32, u32)> {
    config.message_rate().map(|rate| (rate.per_second, rate.burst))
}

#[test]
fn the_default_rate_limit_applies_except_on_loopback() {
    let loopback = ServerConfig::default;
    let public =
        || ServerConfig { listen: SocketAddr::from(([0, 0, 0, 0], 8000)), open: true, ..ServerConfig::default() };
    assert_eq!(rate(&loopback()), None);
    assert_eq!(rate(&public()), Some((100, 200)));
    assert_eq!(rate(&ServerConfig { rate: Some(50), ..loopback() }), Some((50, 100)));
    assert_eq!(rate(&ServerConfig { rate: Some(50), rate_burst: Some(1), ..loopback() }), Some((50, 1)));
    assert_eq!(rate(&ServerConfig { rate_burst: Some(1000), ..public() }), Some((100, 1000)));
    assert_eq!(rate(&ServerConfig { rate: Some(0), ..public() }), None);
    assert_eq!(rate(&ServerConfig { rate: Some(u32::MAX), ..loopback() }), Some((u32::MAX, u32::MAX)));
    assert_eq!(rate(&ServerConfig { listen: "[::1]:0".parse().unwrap(), ..public() }), None);
}

/// Returns the rate and the burst size of one client, in bytes.
fn byte_rate(config: &ServerConfig) -> Option<(u32, u32)> {
    config.byte_rate().map(|rate| (rate.per_second, rate.burst))
}

#[test]
fn the_default_byte_rate_applies_except_on_loopback() {
    let public =
        || ServerConfig { listen: SocketAddr::from(([0, 0, 0, 0], 8000)), open: true, ..ServerConfig::default() };
    assert_eq!(byte_rate(&ServerConfig::default()), None);
    assert_eq!(byte_rate(&public()), Some((4 << 20, 8 << 20)));
    assert_eq!(byte_rate(&ServerConfig { rate_bytes: Some(0), ..public() }), None);
    assert_eq!(byte_rate(&ServerConfig { rate_bytes: Some(1000), ..ServerConfig::default() }), Some((1000, 2000)));
    assert_eq!(byte_rate(&ServerConfig { rate_bytes: Some(usize::MAX), ..public() }), Some((u32::MAX, u32::MAX)));
}

#[test]
fn connections_leave_sockets_for_requests() {
    let default = ServerConfig::default();
    let sockets = |max_sockets, capacity| ServerConfig { max_sockets, ..default.clone() }.socket_limit(capacity);
    assert_eq!([sockets(None, 1000), sockets(Some(100), 1000), sockets(Some(2000), 1000)], [1000, 100, 1000]);
    assert_eq!(
        [1, 2, 4, 1000, u32::MAX].map(|sockets| default.connection_limit(sockets)),
        [1, 1, 3, 900, 3_865_470_565]
    );
    let limited = |max_connections| ServerConfig { max_connections, ..default.clone() }.connection_limit(1000);
    assert_eq!([limited(Some(1)), limited(Some(1000)), limited(Some(1001))], [1, 1000, 1000]);
}

#[test]
fn upgrades_are_unlimited_by_default() {
    assert_eq!(ServerConfig::default().upgrades(), None);
    let limited = ServerConfig { upgrade_rate: 7, ..ServerConfig::default() }.upgrades();
    assert_eq!(limited, Some(Rate { per_second: 7, burst: 7 }));
}

#[test]
fn rejects_zero_where_no_connection_would_work() {
    let zero = |change: fn(&mut ServerConfig)| {
        let mut config = ServerConfig::default();
        change(&mut config);
        config.check()
    };
    for (setting, error) in [
        ("tick", zero(|config| config.tick = Some(Duration::ZERO))),
        ("max_message", zero(|config| config.max_message = 0)),
        ("max_connections", zero(|config| config.max_connections = Some(0))),
        ("rate_burst", zero(|config| config.rate_burst = Some(0))),
        ("ping", zero(|config| config.ping = Duration::ZERO)),
        ("pong", zero(|config| config.pong = Duration::ZERO)),
        ("handshake_timeout", zero(|config| config.handshake_timeout = Duration::ZERO)),
        ("response_timeout", zero(|config| config.response_timeout = Duration::ZERO)),
        ("auth.timeout", zero(|config| config.auth.timeout = Duration::ZERO)),
    ] {
        assert_eq!(error, Err(ConfigError::Zero { setting }));
    }
    let allowed = zero(|config| {
        config.max_per_address = 0;
        config.history_messages = 0;
        config.drain = Duration::ZERO;
    });
    assert_eq!(allowed, Ok(()));
}

#[test]
fn rejects_invalid_additional_paths() {
    let with = |path: &str| ServerConfig { ws_path: vec!["/a".to_owned(), path.to_owned()], ..ServerConfig::default() };
    assert_eq!(with("/a").check(), Ok(()), "listed twice");
    assert_eq!(with("{b}").check(), Err(ConfigError::InvalidPath("{b}".to_owned())));
    assert_eq!(with("/health").check(), Err(ConfigError::PathTaken("/health".to_owned())));
}

#[test]
fn requires_certificate_and_key_together() {
    let file = || Some(PathBuf::from("file.pem"));
    let with = |tls_cert, tls_key| ServerConfig { tls_cert, tls_key, ..ServerConfig::default() }.check();
    assert_eq!(with(file(), file()), Ok(()));
    assert_eq!(with(file(), None), Err(ConfigError::IncompleteTls));
    assert_eq!(with(None, file()), Err(ConfigError::IncompleteTls));
}

#[test]
fn rejects_a_cookie_that_pages_of_any_author_could_use() {
    let with = |origin: &str, cookie: Option<&str>| {
        let auth = AuthConfig {
            mode: AuthMode::Jwt,
            jwt_secret_file: Some("secret".into()),
            cookie: cookie.map(str::to_owned),
            ..AuthConfig::default()
        };
        ServerConfig { origin: vec![origin.parse().unwrap()], auth, ..ServerConfig::default() }.check()
    };
    for origin in ["*", "null"] {
        let error = ConfigError::CookieForEverybody { origin: origin.to_owned() };
        assert_eq!(with(origin, Some("session")), Err(error));
        assert_eq!(with(origin, None), Ok(()));
    }
    assert_eq!(with("https://app.example", Some("session")), Ok(()));
}
