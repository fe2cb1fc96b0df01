//! Measurements at intervals.

use super::samples::Samples;
use crate::{
    reactive::{ErasedSignal, ErasedValue},
    state::{LogState, context},
};
use gloo_timers::callback::Interval;

/// Interval between two measurements, in milliseconds.
const INTERVAL_MS: u32 = 1_000;

/// Returns measurements that are taken now and in every interval, each followed by a call of `then`.
pub(super) fn measure(then: impl Fn() + 'static) -> ErasedSignal<Samples> {
    let log = context::<LogState>();
    let samples = ErasedSignal::new(Samples::default());
    let measure = move || {
        samples.update(|samples| log.peek(|log| samples.add(log)));
        then();
    };
    measure();
    let _tick = ErasedValue::new(Interval::new(INTERVAL_MS, measure));
    samples
}
