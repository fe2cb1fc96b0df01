//! What holds whatever happens: random events, a world that answers them, and a clock that is set
//! forward and back.

#[path = "../support/splitmix.rs"]
mod splitmix;

mod act;
mod ledger;
mod world;

use act::act;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use world::World;

/// Reproducible, and leaves no files behind.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// The world checks every step; see there.
    #[test]
    fn nothing_that_happens_breaks_a_session(seed: u64, acts in prop::collection::vec(act(), 1..120)) {
        let mut world = World::new(seed);
        for act in acts {
            world.act(&act);
        }
        world.connect_and_write_everything();
        world.every_message_has_an_end();
    }
}
