//! Settings that are checked together.

use super::*;

#[test]
fn an_address_that_others_can_reach_has_to_be_meant() {
    let listen = SocketAddr::from(([0, 0, 0, 0], 8000));
    assert_eq!(ServerConfig { listen, ..ServerConfig::default() }.check(), Err(ConfigError::Exposed { listen }));
    assert_eq!(ServerConfig { listen, open: true, ..ServerConfig::default() }.check(), Ok(()));
    let auth =
        AuthConfig { mode: AuthMode::Jwt, jwt_secret_file: Some("secret".into()), ..ServerConfig::default().auth };
    assert_eq!(ServerConfig { listen, auth, ..ServerConfig::default() }.check(), Ok(()));
    assert_eq!(ServerConfig::default().check(), Ok(()));
}

#[test]
fn the_largest_message_fits_into_a_queue() {
    let refused = ServerConfig { max_message: 2 << 20, ..ServerConfig::default() }.check();
    assert_eq!(refused, Err(ConfigError::QueueTooSmall { max_queue: 1 << 20, max_message: 2 << 20 }));
}

/// The rate and the burst of one client.
fn rate(config: &ServerConfig) -> Option<(u32, u32)> {
    config.message_rate().map(|rate| (rate.per_second, rate.burst))
}

#[test]
fn clients_from_elsewhere_have_a_rate_and_those_of_loopback_have_none() {
    let here = ServerConfig::default;
    let elsewhere =
        || ServerConfig { listen: SocketAddr::from(([0, 0, 0, 0], 8000)), open: true, ..ServerConfig::default() };
    assert_eq!(rate(&here()), None);
    assert_eq!(rate(&elsewhere()), Some((100, 200)));
    assert_eq!(rate(&ServerConfig { rate: Some(50), ..here() }), Some((50, 100)));
    assert_eq!(rate(&ServerConfig { rate: Some(50), rate_burst: Some(1), ..here() }), Some((50, 1)));
    assert_eq!(rate(&ServerConfig { rate_burst: Some(1000), ..elsewhere() }), Some((100, 1000)));
    assert_eq!(rate(&ServerConfig { rate: Some(0), ..elsewhere() }), None);
    assert_eq!(rate(&ServerConfig { rate: Some(u32::MAX), ..here() }), Some((u32::MAX, u32::MAX)));
    assert_eq!(rate(&ServerConfig { listen: "[::1]:0".parse().unwrap(), ..elsewhere() }), None);
}

#[test]
fn upgrades_are_limited_only_when_that_is_said() {
    assert_eq!(ServerConfig::default().upgrades(), None);
    let limited = ServerConfig { upgrade_rate: 7, ..ServerConfig::default() }.upgrades();
    assert_eq!(limited, Some(Rate { per_second: 7, burst: 7 }));
}
