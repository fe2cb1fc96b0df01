//! Time moves by hand: for pings a tick at a time, for leaving as tokio's paused clock.

use std::task::{Context, Wake, Waker};

use super::super::outbox::Outbox;
use super::*;
use crate::encode::WireFormat;

const SECOND: Duration = Duration::from_secs(1);

/// With these times a tick is a second.
fn every_25_seconds() -> Registry {
    Registry::new(25 * SECOND, 10 * SECOND)
}

fn line() -> Arc<Line> {
    Arc::new(Line::new(Outbox::new(WireFormat::Plain, None, 1024)))
}

fn enter(registry: &Registry, count: usize) -> Vec<(Arc<Line>, Place)> {
    std::iter::repeat_with(line).take(count).map(|line| (Arc::clone(&line), registry.enter(line))).collect()
}

/// In which of so many ticks each of them was pinged. They answer.
fn pings(registry: &Registry, connections: &[(Arc<Line>, Place)], ticks: Tick) -> Vec<Vec<Tick>> {
    let mut pings = vec![Vec::new(); connections.len()];
    for now in 1..=ticks {
        registry.tick();
        for ((line, _), pings) in connections.iter().zip(&mut pings) {
            if let Some(signal) = line.signal() {
                assert_eq!(signal, Signal::Ping, "in tick {now}");
                line.hear();
                pings.push(now);
            }
        }
    }
    pings
}

/// How many are noted in the wheel, whether they are still there or not.
fn noted(registry: &Registry) -> usize {
    registry.0.open.lock().slots.iter().map(Vec::len).sum()
}

#[test]
fn everybody_is_pinged_once_in_each_period() {
    let registry = every_25_seconds();
    for pings in pings(&registry, &enter(&registry, 1000), 10 * 25) {
        assert!((13..=25).contains(&pings[0]), "at first between half the period and all of it: {pings:?}");
        assert!(pings.windows(2).all(|pair| pair[1] - pair[0] == 25), "{pings:?}");
        assert_eq!(pings.len(), 10);
    }
}

#[test]
fn those_who_came_together_are_not_pinged_together() {
    let registry = every_25_seconds();
    let mut at = [0; 26];
    for pings in pings(&registry, &enter(&registry, 1200), 25) {
        at[usize::try_from(pings[0]).unwrap()] += 1;
    }
    assert!(at[14..].iter().all(|count| (50..=150).contains(count)), "1200 in 12 ticks, not {at:?}");
}

#[test]
fn a_period_may_be_longer_than_the_wheel() {
    let registry = Registry::new(3600 * SECOND, 10 * SECOND);
    let connections = enter(&registry, 100);
    for pings in pings(&registry, &connections, 3 * 3600) {
        assert!((1800..=3600).contains(&pings[0]), "{pings:?}");
        assert!(pings.windows(2).all(|pair| pair[1] - pair[0] == 3600) && pings.len() == 3, "{pings:?}");
    }
    assert_eq!(noted(&registry), 100);
}

#[test]
fn times_shorter_than_the_finest_tick_are_one_tick() {
    let short = Duration::from_millis(1);
    let registry = Registry::new(short, short);
    assert_eq!(registry.0.tick, FINEST);
    assert_eq!(pings(&registry, &enter(&registry, 1), 3), [[1, 2, 3]]);
    let uneven = Duration::from_millis(25);
    let registry = Registry::new(uneven, uneven);
    assert_eq!(pings(&registry, &enter(&registry, 1), 9), [[3, 6, 9]], "not sooner than said");
}

#[test]
fn who_does_not_answer_is_given_up_in_time_and_again_until_that_is_heeded() {
    let registry = every_25_seconds();
    let connections = enter(&registry, 100);
    let mut signals = vec![Vec::new(); connections.len()];
    for now in 1..=40 {
        registry.tick();
        for ((line, _), signals) in connections.iter().zip(&mut signals) {
            signals.extend(line.signal().map(|signal| (now, signal)));
        }
    }
    for signals in signals {
        let (pinged, first) = signals[0];
        assert_eq!(first, Signal::Ping);
        let expected: Vec<_> = (pinged + 10..=40).map(|now| (now, Signal::Silent)).collect();
        assert_eq!(signals[1..], expected, "after a ping in tick {pinged}");
    }
}

#[test]
fn who_has_left_is_not_pinged() {
    let registry = every_25_seconds();
    let left: Vec<Arc<Line>> = enter(&registry, 100).into_iter().map(|(line, _place)| line).collect();
    for _ in 0..100 {
        registry.tick();
        assert!(left.iter().all(|line| line.signal().is_none()));
    }
    assert_eq!(noted(&registry), 0);
}

#[test]
fn who_gets_the_key_of_another_is_pinged_for_itself_alone() {
    let registry = every_25_seconds();
    for _ in 0..20 {
        drop(enter(&registry, 1));
        registry.tick();
    }
    let newcomer = enter(&registry, 1);
    assert_eq!(newcomer[0].1.key, 0, "the key of all those before");
    assert_eq!(pings(&registry, &newcomer, 100), [[25, 50, 75, 100]]);
    assert_eq!(noted(&registry), 1, "nothing is left of the others");
}

#[test]
fn those_who_come_and_go_are_not_noted_for_longer_than_a_period() {
    let registry = every_25_seconds();
    let stayed = enter(&registry, 10);
    for _ in 0..100 {
        drop(enter(&registry, 100));
        registry.tick();
        for (line, _) in &stayed {
            line.signal();
            line.hear();
        }
        assert!(noted(&registry) <= 10 + 25 * 100, "{} are noted", noted(&registry));
    }
    assert!(pings(&registry, &stayed, 25).iter().all(|pings| pings.len() == 1));
    assert_eq!(noted(&registry), 10);
}

/// Notes when somebody was woken.
#[derive(Default)]
struct Asked(Mutex<Vec<Instant>>);

impl Wake for Asked {
    fn wake(self: Arc<Self>) {
        self.0.lock().push(Instant::now());
    }
}

/// How long after the begin of the stop each of so many connections was asked to leave.
async fn asked(count: usize, window: Duration) -> Vec<Duration> {
    let registry = every_25_seconds();
    let connections = enter(&registry, count);
    let asked = Arc::new(Asked::default());
    let waker = Waker::from(Arc::clone(&asked));
    for (line, _) in &connections {
        line.register(&Context::from_waker(&waker));
    }
    let start = Instant::now();
    registry.drain(window).await;
    assert!(connections.iter().all(|(line, _)| line.signal() == Some(Signal::Leave)));
    asked.0.lock().iter().map(|at| *at - start).collect()
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_leave_evenly_over_four_fifths_of_the_window() {
    let times = asked(10_000, 30 * SECOND).await;
    assert_eq!(times.len(), 10_000);
    for second in 0..24 {
        let count = times.iter().filter(|at| at.as_secs() == second).count();
        assert!((400..=430).contains(&count), "{count} in second {second}");
    }
    assert!(times.iter().all(|at| *at <= 24 * SECOND), "{:?}", times.last());
}

#[tokio::test(start_paused = true)]
async fn a_few_leave_at_once() {
    let times = asked(3, 30 * SECOND).await;
    assert!(times.len() == 3 && times.iter().all(|at| *at <= STEP), "{times:?}");
    assert!(asked(0, 30 * SECOND).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hundred_do_not_take_the_whole_window() {
    let times = asked(100, 30 * SECOND).await;
    assert!(times.len() == 100 && times[99] <= 100 * APART, "{:?}", times.last());
}

#[tokio::test(start_paused = true)]
async fn a_short_window_is_kept_by_many() {
    let times = asked(10_000, SECOND).await;
    assert_eq!(times.len(), 10_000);
    let (last, end) = (times[9_999], SECOND * 4 / 5);
    assert!(last <= end && last + 2 * STEP > end, "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn who_comes_while_all_leave_is_asked_at_once() {
    let registry = every_25_seconds();
    let _before = enter(&registry, 1000);
    let draining = tokio::spawn({
        let registry = registry.clone();
        async move { registry.drain(30 * SECOND).await }
    });
    tokio::task::yield_now().await;
    let late = enter(&registry, 1);
    assert_eq!(late[0].0.signal(), Some(Signal::Leave));
    assert!(!draining.is_finished());
    draining.await.unwrap();
    let later = enter(&registry, 1);
    assert_eq!(later[0].0.signal(), Some(Signal::Leave));
}
