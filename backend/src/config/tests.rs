//! What several flags say together.

use super::*;

#[test]
fn an_address_that_others_can_reach_has_to_be_meant() {
    let listen = SocketAddr::from(([0, 0, 0, 0], 8000));
    let refused = Config { listen, ..Config::default() }.check().unwrap_err();
    assert!(refused.contains("--open") && refused.contains("--auth jwt"), "{refused}");
    assert_eq!(Config { listen, open: true, ..Config::default() }.check(), Ok(()));
    let auth = AuthFlags { mode: AuthMode::Jwt, jwt_secret_file: Some("secret".into()), ..Config::default().auth };
    assert_eq!(Config { listen, auth, ..Config::default() }.check(), Ok(()));
    assert_eq!(Config::default().check(), Ok(()));
}

#[test]
fn the_largest_message_fits_into_a_queue() {
    let refused = Config { max_message: 2 << 20, ..Config::default() }.check().unwrap_err();
    assert!(refused.contains("--max-queue") && refused.contains("--max-message"), "{refused}");
}

/// The rate and the burst of one client.
fn rate(config: &Config) -> Option<(u32, u32)> {
    config.message_rate().map(|rate| (rate.per_second, rate.burst))
}

#[test]
fn clients_from_elsewhere_have_a_rate_and_those_of_loopback_have_none() {
    let here = Config::default;
    let elsewhere = || Config { listen: SocketAddr::from(([0, 0, 0, 0], 8000)), open: true, ..Config::default() };
    assert_eq!(rate(&here()), None);
    assert_eq!(rate(&elsewhere()), Some((100, 200)));
    assert_eq!(rate(&Config { rate: Some(50), ..here() }), Some((50, 100)));
    assert_eq!(rate(&Config { rate: Some(50), rate_burst: Some(1), ..here() }), Some((50, 1)));
    assert_eq!(rate(&Config { rate_burst: Some(1000), ..elsewhere() }), Some((100, 1000)));
    assert_eq!(rate(&Config { rate: Some(0), ..elsewhere() }), None);
    assert_eq!(rate(&Config { rate: Some(u32::MAX), ..here() }), Some((u32::MAX, u32::MAX)));
    assert_eq!(rate(&Config { listen: "[::1]:0".parse().unwrap(), ..elsewhere() }), None);
}

#[test]
fn upgrades_are_limited_only_when_that_is_said() {
    assert_eq!(Config::default().upgrades(), None);
    let limited = Config { upgrade_rate: 7, ..Config::default() }.upgrades();
    assert_eq!(limited, Some(Rate { per_second: 7, burst: 7 }));
}
