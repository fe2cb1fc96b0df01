//! Invariants of envelope mode under random actions: a few clients, a server with rooms and short histories that
//! restarts occasionally, and a network that fails between any two frames.

#[path = "../support/seed.rs"]
mod seed;
#[path = "../support/splitmix.rs"]
mod splitmix;

mod action;
mod client;
mod room_checker;
mod server;
mod simulation;

use action::action;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use simulation::RoomSimulation;

/// Returns a configuration that writes no files. `PROPTEST_RNG_SEED=7` selects other cases, as `CI` does.
fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(seed::seed("PROPTEST_RNG_SEED", 1));
    ProptestConfig { cases, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(400))]

    /// Server, clients and checkers check every step.
    #[test]
    fn delivers_in_order_once_and_reports_every_loss(seed: u64, actions in prop::collection::vec(action(), 1..250)) {
        let mut simulation = RoomSimulation::new(seed);
        for action in actions {
            simulation.apply(&action);
        }
        simulation.drain();
    }
}

proptest! {
    #![proptest_config(config(100))]

    /// Arbitrary frames cause no panic.
    #[test]
    fn survives_arbitrary_frames(seed: u64, actions in prop::collection::vec(action(), 1..40), texts in prop::collection::vec(frame(), 1..40)) {
        let mut simulation = RoomSimulation::new(seed);
        for action in actions {
            simulation.apply(&action);
        }
        for text in texts {
            simulation.receive_arbitrary(&text);
        }
    }
}

/// Generates texts that resemble frames.
fn frame() -> impl Strategy<Value = String> {
    let verb = prop::sample::select(vec![
        "welcome", "ok", "echo", "joined", "message", "direct", "result", "presence", "history", "pong", "error",
        "goodbye",
    ]);
    let value = prop::sample::select(vec![
        "0",
        "1",
        "2",
        "7",
        "null",
        "\"chat\"",
        "\"a\"",
        "[]",
        "true",
        "18446744073709551615",
    ]);
    let names = [
        "id",
        "room",
        "epoch",
        "offset",
        "recovered",
        "messages",
        "event",
        "data",
        "time",
        "code",
        "message",
        "retry",
        "retry_ms",
        "reason",
        "client",
        "clients",
        "users",
        "more",
    ];
    let field = (prop::sample::select(names.to_vec()), value).prop_map(|(name, value)| format!("\"{name}\":{value}"));
    let frame = (verb, prop::collection::vec(field, 0..12)).prop_map(|(verb, fields)| {
        format!("{{\"type\":\"{verb}\",\"time\":1,{}}}", fields.join(",")).replace(",}", "}")
    });
    prop_oneof![8 => frame, 1 => ".*"]
}
