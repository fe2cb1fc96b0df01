//! Tokens and rooms under random changes of the target: each reaches the sockets of its own server only, and a wait
//! that a server asked for is shortened by the user alone.

#[path = "../support/splitmix.rs"]
mod splitmix;

mod action;
mod simulation;

use action::action;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use simulation::TargetSimulation;

/// Returns a reproducible configuration that writes no files.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// The simulation checks every frame and every dial.
    #[test]
    fn keeps_tokens_and_rooms_on_their_server(seed: u64, has_tokens: bool, actions in prop::collection::vec(action(), 1..150)) {
        let mut simulation = TargetSimulation::new(seed, has_tokens);
        for action in actions {
            simulation.apply(&action);
        }
    }
}
