//! Makes failing plans small.
//!
//! Delta debugging of the steps: halves first, then ever smaller chunks. Then each step is made simpler, the plan gets
//! fewer clients, nodes and rooms, and waits become shorter, until nothing helps any more. Latencies are a part of a
//! failure that no step shows: a plan that no longer fails is tried with other noise before it is given up.

use std::collections::BTreeSet;

use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::violation::Property;
use crate::world;

/// Number of other noises with which a plan is tried, and of a small one.
const NOISES: [u64; 2] = [2, 12];

/// Maximum number of steps of a small plan.
const SMALL: usize = 8;

/// Returns a small plan that violates one of the same properties, and its outcome, after at most `runs` runs.
pub fn shrink(plan: &Plan, outcome: &Outcome, runs: usize) -> (Plan, Outcome) {
    let (plan, outcome, properties) = (plan.clone(), outcome.clone(), outcome.violated());
    let mut shrinker = Shrinker { plan, outcome, properties, runs };
    loop {
        let before = shrinker.plan.clone();
        shrinker.drop_steps();
        shrinker.drop_pairs();
        shrinker.shrink_world();
        shrinker.simplify_steps();
        shrinker.shorten_waits();
        if shrinker.plan == before || shrinker.runs == 0 {
            return (shrinker.plan, shrinker.outcome);
        }
    }
}

struct Shrinker {
    /// Smallest plan so far that fails.
    plan: Plan,
    outcome: Outcome,
    properties: BTreeSet<Property>,
    /// Number of runs that are left.
    runs: usize,
}

impl Shrinker {
    /// Removes chunks of steps, halves first.
    fn drop_steps(&mut self) {
        let mut size = self.plan.steps.len().div_ceil(2);
        while size > 0 {
            let mut start = 0;
            while start < self.plan.steps.len() {
                let mut smaller = self.plan.clone();
                let end = (start + size).min(smaller.steps.len());
                smaller.steps.drain(start..end);
                if !self.adopt(&smaller) {
                    start += size;
                }
            }
            size = if size == 1 { 0 } else { size.div_ceil(2) };
        }
    }

    /// Removes pairs of steps of a small plan, such as a fault and the one that undoes it.
    fn drop_pairs(&mut self) {
        let mut pairs = (0..self.plan.steps.len()).flat_map(|first| (0..first).map(move |second| (first, second)));
        if self.plan.steps.len() <= SMALL {
            while pairs.any(|(first, second)| {
                let mut smaller = self.plan.clone();
                if first >= smaller.steps.len() {
                    return false;
                }
                smaller.steps.remove(first);
                smaller.steps.remove(second);
                self.adopt(&smaller)
            }) {}
        }
    }

    fn shrink_world(&mut self) {
        while self.plan.smaller().into_iter().any(|smaller| self.adopt(&smaller)) {}
    }

    fn simplify_steps(&mut self) {
        for index in 0..self.plan.steps.len() {
            while self.plan.steps[index].action.simpler().into_iter().any(|action| {
                let mut simpler = self.plan.clone();
                simpler.steps[index].action = action;
                self.adopt(&simpler)
            }) {}
        }
    }

    /// Moves steps, with all after them, towards the ones before.
    fn shorten_waits(&mut self) {
        for index in 0..self.plan.steps.len() {
            let before = index.checked_sub(1).map_or(0, |before| self.plan.steps[before].at_ms);
            let wait = self.plan.steps[index].at_ms - before;
            // A second is the resolution of most timers.
            for shorter in [0, wait / 8, wait / 2].into_iter().filter(|shorter| wait > 100 && *shorter < wait) {
                let mut earlier = self.plan.clone();
                earlier.steps[index..].iter_mut().for_each(|step| step.at_ms -= wait - shorter);
                if self.adopt(&earlier) {
                    break;
                }
            }
        }
    }

    /// Adopts a plan if it fails in the same way. Returns whether it does.
    fn adopt(&mut self, plan: &Plan) -> bool {
        let noises = NOISES[usize::from(plan.steps.len() <= SMALL)];
        (0..=noises).any(|noise| {
            let plan = Plan { noise: plan.noise.wrapping_add(noise), ..plan.clone() };
            let Some(runs) = self.runs.checked_sub(1) else { return false };
            self.runs = runs;
            let outcome = world::run(&plan);
            let fails = !outcome.violated().is_disjoint(&self.properties);
            if fails {
                (self.plan, self.outcome) = (plan, outcome);
            }
            fails
        })
    }
}
