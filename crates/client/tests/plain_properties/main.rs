//! Invariants of plain mode under random actions, with a simulated network and a clock that is set forward and back.

#[path = "../support/seed.rs"]
mod seed;
#[path = "../support/splitmix.rs"]
mod splitmix;

mod action;
mod ledger;
mod simulation;

use action::action;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use simulation::Simulation;

/// Returns a configuration that writes no files. `PROPTEST_RNG_SEED=7` selects other cases, as `CI` does.
fn config() -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(seed::seed("PROPTEST_RNG_SEED", 1));
    ProptestConfig { cases: 400, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// The simulation checks every step.
    #[test]
    fn keeps_the_invariants_for_random_actions(seed: u64, actions in prop::collection::vec(action(), 1..120)) {
        let mut simulation = Simulation::new(seed);
        for action in actions {
            simulation.apply(&action);
        }
        simulation.drain();
        simulation.assert_all_settled();
    }
}
