//! Many simulations, on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::plan::{Place, Plan};
use crate::record::Counts;
use crate::world;

/// Result of many simulations.
#[derive(Debug, Default)]
pub struct Campaign {
    /// Seeds of failed simulations, in ascending order.
    pub failed: Vec<u64>,
    /// Sums of the counts.
    pub counts: Counts,
}

/// Maximum number of failed simulations after which no further ones begin.
const MAX_FAILED: usize = 5;

/// Runs the simulations of `count` seeds from `base` on.
pub fn run(base: u64, count: u64, place: Option<Place>) -> Campaign {
    let (next, result) = (AtomicU64::new(0), Mutex::new(Campaign::default()));
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < count) {
            let seed = base.wrapping_add(seed);
            let outcome = world::run(&Plan::new(seed, place));
            let mut result = result.lock().expect("no simulation panics");
            result.counts.add(outcome.counts);
            if !outcome.violations.is_empty() {
                result.failed.push(seed);
            }
            if result.failed.len() >= MAX_FAILED {
                return;
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut campaign = result.into_inner().expect("no simulation panics");
    campaign.failed.sort_unstable();
    campaign
}
