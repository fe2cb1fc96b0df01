//! Deterministic simulation of the whole service: nodes with their hubs and connections, a store that fails over or a disk
//! that loses what is not synced, a network that cuts and delays, and clients that come back. Everything depends on one
//! seed, and time is simulated.
//!
//! | content | file |
//! |---|---|
//! | what happens: actions, faults, plans | `action`, `plan`; random numbers: `random` |
//! | a simulation: nodes, store or disk, network, clients | `world`, `node`, `store`, `network`, `socket`, `client`, `input` |
//! | what the faults do | `faults`, `disk_faults` |
//! | what clients know, and checks of it | `client_state`, `sent_message`, `received_frames`, `room_view`, `loss_rule`, `read_history`, `best_effort` |
//! | other checks | `checks`; broken promises: `violation` |
//! | what has happened | `record`, `outcome` |
//! | many seeds; failing plans made small and printed | `campaign`, `shrink`, `report` |
//! | proof that defects are found | `defects` |

mod action;
mod best_effort;
mod campaign;
mod checks;
mod client;
mod client_state;
mod defects;
mod disk_faults;
mod faults;
mod input;
mod loss_rule;
mod network;
mod node;
mod outcome;
mod plan;
mod random;
mod read_history;
mod received_frames;
mod record;
mod report;
mod room_view;
mod sent_message;
mod shrink;
mod socket;
mod store;
mod violation;
mod world;

use std::hash::{BuildHasher, RandomState};

use plan::{Place, Plan};

/// Number of seeds, unless the variable `SEEDS` has another one.
const SEEDS: u64 = 300;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|error| panic!("{name}={value}: {error}")))
}

/// Returns the place of the rooms from the variable `STORE`; `None` for all places.
fn place() -> Option<Place> {
    match std::env::var("STORE").as_deref() {
        Err(_) | Ok("") => None,
        Ok("shared") => Some(Place::Shared),
        Ok("disk") => Some(Place::Disk),
        Ok(other) => panic!("STORE={other}: expected shared or disk"),
    }
}

#[test]
fn every_seed_keeps_the_promises() {
    let base = variable("BASE").unwrap_or_else(|| RandomState::new().hash_one("base") >> 32);
    let seeds = variable("SEEDS").unwrap_or(SEEDS);
    let place = place();
    let store = std::env::var("STORE").map(|store| format!(" STORE={store}")).unwrap_or_default();
    report::print(format_args!(
        "simulating {seeds} seeds; the same ones again: make simulate BASE={base} SEEDS={seeds}{store}"
    ));
    let campaign = campaign::run(base, seeds, place);
    report::print(format_args!("{:?}", campaign.counts));
    for seed in &campaign.failed {
        report::failure(&Plan::new(*seed, place));
    }
    assert!(campaign.failed.is_empty(), "failed seeds: {:?}", campaign.failed);
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..20 {
        let place = if seed % 2 == 0 { Place::Disk } else { Place::Shared };
        let [first, second] = [(); 2].map(|()| world::run(&Plan::new(seed, Some(place))));
        if let Some(index) =
            (0..first.transcript.len()).find(|index| first.transcript.get(*index) != second.transcript.get(*index))
        {
            panic!(
                "seed {seed} differs in line {index}: {:?} and {:?}",
                first.transcript[index],
                second.transcript.get(index)
            );
        }
        assert_eq!(first, second, "seed {seed}");
    }
}

/// Prints a run, for a look at a seed.
#[test]
#[ignore = "prints the run of the variable SEED"]
fn prints_a_run() {
    let plan = Plan::new(variable("SEED").unwrap_or_default(), place());
    report::print(format_args!("{}", report::describe(&plan, &world::run(&plan))));
}
