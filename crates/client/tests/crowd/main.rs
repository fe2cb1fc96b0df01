//! What holds in envelope mode whatever happens: some clients, a server with rooms and short
//! histories that is started anew now and then, and a network that breaks between any two frames.

#[path = "../support/splitmix.rs"]
mod splitmix;

mod act;
mod member;
mod server;
mod witness;
mod world;

use act::act;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use world::World;

/// Reproducible, and leaves no files behind.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(400))]

    /// Server, members and witnesses check every step; see there.
    #[test]
    fn nothing_is_lost_unseen_doubled_or_out_of_order(seed: u64, acts in prop::collection::vec(act(), 1..250)) {
        let mut world = World::new(seed);
        for act in acts {
            world.act(&act);
        }
        world.come_to_rest();
    }
}

proptest! {
    #![proptest_config(config(100))]

    /// Frames that were never agreed on do no harm.
    #[test]
    fn no_frame_breaks_a_session(seed: u64, acts in prop::collection::vec(act(), 1..40), texts in prop::collection::vec(frame(), 1..40)) {
        let mut world = World::new(seed);
        for act in acts {
            world.act(&act);
        }
        for text in texts {
            world.hear_anything(&text);
        }
    }
}

/// Texts that are nearly frames.
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
