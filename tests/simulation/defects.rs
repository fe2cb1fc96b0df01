//! The simulation finds defects, and makes the plans that show them small.

use yodel_server::simulation::{self, DiskDefect};

use crate::outcome::Outcome;
use crate::plan::{Defect, Place, Plan};
use crate::report;
use crate::shrink;
use crate::violation::Property;
use crate::world;

/// Maximum number of seeds until a defect is found.
const SEEDS: u64 = 500;

/// Maximum number of runs to make a plan small.
const MAX_RUNS: usize = 500;

/// Returns the first plan that fails with a defect, made small.
fn smallest(defect: Defect, property: Property) -> (Plan, Outcome) {
    let place = if matches!(defect, Defect::Disk(_)) { Place::Disk } else { Place::Shared };
    let plans = (0..SEEDS).map(|seed| Plan { defect: Some(defect), ..Plan::new(seed, Some(place)) });
    let mut outcomes = plans.map(|plan| (world::run(&plan), plan));
    let found = outcomes.find(|(outcome, _)| outcome.violated().contains(&property));
    let (mut outcome, plan) = found.unwrap_or_else(|| panic!("{defect:?} violates {property:?}"));
    outcome.violations.retain(|violation| violation.property == property);
    shrink::shrink(&plan, &outcome, MAX_RUNS)
}

#[track_caller]
fn assert_found(defect: Defect, property: Property, most_steps: usize) {
    let (plan, outcome) = smallest(defect, property);
    let text = report::describe(&plan, &outcome);
    println!("{defect:?}: {text}");
    assert!(outcome.violated().contains(&property), "{text}");
    assert!(plan.steps.len() <= most_steps && outcome.transcript.len() <= 60, "{text}");
    let sound = world::run(&Plan { defect: None, ..plan });
    assert_eq!(sound.violations, [], "the defect alone is the reason");
}

#[test]
fn finds_a_failover_that_uses_offsets_again() {
    // Publish, copy, publish, fail over to the copy, publish.
    assert_found(Defect::Shared(simulation::Defect::KeepsGenerations), Property::Offsets, 6);
}

#[test]
fn finds_a_store_that_forgets_idempotency_keys() {
    // Publish while the answer is lost.
    assert_found(Defect::Shared(simulation::Defect::ForgetsKeys), Property::Once, 4);
}

#[test]
fn finds_signals_that_are_sent_twice() {
    // Send to a client of another node.
    assert_found(Defect::Shared(simulation::Defect::RepeatsSignals), Property::BestEffort, 2);
}

#[test]
fn finds_a_missed_event_that_no_check_reports() {
    // Join, publish while the subscription is silent.
    assert_found(Defect::Shared(simulation::Defect::HidesChanges), Property::Delivery, 4);
}

#[test]
fn finds_a_delivery_before_the_commit() {
    // Publish, lose power.
    assert_found(Defect::Disk(DiskDefect::DeliversEarly), Property::Durability, 4);
}

#[test]
fn finds_a_crash_that_uses_offsets_again() {
    // Publish, kill, publish.
    assert_found(Defect::Disk(DiskDefect::KeepsEpochs), Property::Offsets, 6);
}

#[test]
fn finds_a_start_without_idempotency_keys() {
    // Publish, kill before the answer arrives.
    assert_found(Defect::Disk(DiskDefect::ForgetsKeys), Property::Once, 4);
}
