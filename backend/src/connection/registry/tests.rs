//! The tests control the time: one tick at a time for pings, tokio's paused clock for the shutdown.

use std::task::{Context, Wake, Waker};

use super::super::memory_budget::MemoryBudget;
use super::super::outbox::Outbox;
use super::*;
use crate::encode::WireFormat;

const SECOND: Duration = Duration::from_secs(1);

/// One tick of these times is a second.
fn registry_with_default_times() -> Registry {
    Registry::new(25 * SECOND, 10 * SECOND)
}

fn handle() -> Arc<ConnectionHandle> {
    Arc::new(ConnectionHandle::new(Outbox::new(WireFormat::Plain, None, 1024, MemoryBudget::new(usize::MAX))))
}

fn register(registry: &Registry, count: usize) -> Vec<(Arc<ConnectionHandle>, Registration)> {
    std::iter::repeat_with(handle).take(count).map(|handle| (Arc::clone(&handle), registry.register(handle))).collect()
}

/// Returns the ticks in which each connection was pinged. All of them respond.
fn pings(registry: &Registry, connections: &[(Arc<ConnectionHandle>, Registration)], ticks: Tick) -> Vec<Vec<Tick>> {
    let mut pings = vec![Vec::new(); connections.len()];
    for now in 1..=ticks {
        registry.tick();
        for ((handle, _), pings) in connections.iter().zip(&mut pings) {
            if let Some(command) = handle.take_command() {
                assert_eq!(command, Command::Ping, "in tick {now}");
                handle.mark_alive();
                pings.push(now);
            }
        }
    }
    pings
}

/// Returns the number of scheduled checks, including those of closed connections.
fn scheduled_checks(registry: &Registry) -> usize {
    registry.0.state.lock().slots.iter().map(Vec::len).sum()
}

#[test]
fn pings_every_connection_once_per_interval() {
    let registry = registry_with_default_times();
    for pings in pings(&registry, &register(&registry, 1000), 10 * 25) {
        assert!((13..=25).contains(&pings[0]), "the first ping after half an interval at the earliest: {pings:?}");
        assert!(pings.windows(2).all(|pair| pair[1] - pair[0] == 25), "{pings:?}");
        assert_eq!(pings.len(), 10);
    }
}

#[test]
fn spreads_the_pings_of_simultaneous_connections() {
    let registry = registry_with_default_times();
    let mut at = [0; 26];
    for pings in pings(&registry, &register(&registry, 1200), 25) {
        at[usize::try_from(pings[0]).unwrap()] += 1;
    }
    assert!(at[14..].iter().all(|count| (50..=150).contains(count)), "1200 in 12 ticks, not {at:?}");
}

#[test]
fn accepts_an_interval_longer_than_the_wheel() {
    let registry = Registry::new(3600 * SECOND, 10 * SECOND);
    let connections = register(&registry, 100);
    for pings in pings(&registry, &connections, 3 * 3600) {
        assert!((1800..=3600).contains(&pings[0]), "{pings:?}");
        assert!(pings.windows(2).all(|pair| pair[1] - pair[0] == 3600) && pings.len() == 3, "{pings:?}");
    }
    assert_eq!(scheduled_checks(&registry), 100);
}

#[test]
fn rounds_short_times_up_to_one_tick() {
    let short = Duration::from_millis(1);
    let registry = Registry::new(short, short);
    assert_eq!(registry.0.tick, MIN_TICK);
    assert_eq!(pings(&registry, &register(&registry, 1), 3), [[1, 2, 3]]);
    let uneven = Duration::from_millis(25);
    let registry = Registry::new(uneven, uneven);
    assert_eq!(pings(&registry, &register(&registry, 1), 9), [[3, 6, 9]], "not before the interval");
}

#[test]
fn repeats_the_ping_timeout_until_the_connection_closes() {
    let registry = registry_with_default_times();
    let connections = register(&registry, 100);
    let mut commands = vec![Vec::new(); connections.len()];
    for now in 1..=40 {
        registry.tick();
        for ((handle, _), commands) in connections.iter().zip(&mut commands) {
            commands.extend(handle.take_command().map(|command| (now, command)));
        }
    }
    for commands in commands {
        let (pinged, first) = commands[0];
        assert_eq!(first, Command::Ping);
        let expected: Vec<_> = (pinged + 10..=40).map(|now| (now, Command::PingTimeout)).collect();
        assert_eq!(commands[1..], expected, "after a ping in tick {pinged}");
    }
}

#[test]
fn sends_no_pings_after_deregistration() {
    let registry = registry_with_default_times();
    let closed: Vec<Arc<ConnectionHandle>> =
        register(&registry, 100).into_iter().map(|(handle, _registration)| handle).collect();
    for _ in 0..100 {
        registry.tick();
        assert!(closed.iter().all(|handle| handle.take_command().is_none()));
    }
    assert_eq!(scheduled_checks(&registry), 0);
}

#[test]
fn ignores_checks_of_a_previous_owner_of_the_key() {
    let registry = registry_with_default_times();
    for _ in 0..20 {
        drop(register(&registry, 1));
        registry.tick();
    }
    let connections = register(&registry, 1);
    assert_eq!(connections[0].1.key, 0, "the key of the closed connections");
    assert_eq!(pings(&registry, &connections, 100), [[25, 50, 75, 100]]);
    assert_eq!(scheduled_checks(&registry), 1, "checks of closed connections are gone");
}

#[test]
fn forgets_closed_connections_within_one_interval() {
    let registry = registry_with_default_times();
    let open = register(&registry, 10);
    for _ in 0..100 {
        drop(register(&registry, 100));
        registry.tick();
        for (handle, _) in &open {
            handle.take_command();
            handle.mark_alive();
        }
        assert!(scheduled_checks(&registry) <= 10 + 25 * 100, "{} scheduled checks", scheduled_checks(&registry));
    }
    assert!(pings(&registry, &open, 25).iter().all(|pings| pings.len() == 1));
    assert_eq!(scheduled_checks(&registry), 10);
}

/// Records the times of wake-ups.
#[derive(Default)]
struct WakeTimes(Mutex<Vec<Instant>>);

impl Wake for WakeTimes {
    fn wake(self: Arc<Self>) {
        self.0.lock().push(Instant::now());
    }
}

/// Returns the time from the start of the shutdown to the shutdown command of each connection.
async fn close_times(count: usize, window: Duration) -> Vec<Duration> {
    let registry = registry_with_default_times();
    let connections = register(&registry, count);
    let wakes = Arc::new(WakeTimes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    for (handle, _) in &connections {
        handle.register(&Context::from_waker(&waker));
    }
    let start = Instant::now();
    registry.drain(window).await;
    assert!(connections.iter().all(|(handle, _)| handle.take_command() == Some(Command::Shutdown)));
    wakes.0.lock().iter().map(|at| *at - start).collect()
}

#[tokio::test(start_paused = true)]
async fn closes_ten_thousand_evenly_over_four_fifths_of_the_window() {
    let times = close_times(10_000, 30 * SECOND).await;
    assert_eq!(times.len(), 10_000);
    for second in 0..24 {
        let count = times.iter().filter(|at| at.as_secs() == second).count();
        assert!((400..=430).contains(&count), "{count} in second {second}");
    }
    assert!(times.iter().all(|at| *at <= 24 * SECOND), "{:?}", times.last());
}

#[tokio::test(start_paused = true)]
async fn closes_a_few_connections_at_once() {
    let times = close_times(3, 30 * SECOND).await;
    assert!(times.len() == 3 && times.iter().all(|at| *at <= MIN_SLEEP), "{times:?}");
    assert!(close_times(0, 30 * SECOND).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn closes_a_hundred_before_the_end_of_the_window() {
    let times = close_times(100, 30 * SECOND).await;
    assert!(times.len() == 100 && times[99] <= 100 * MAX_CLOSE_INTERVAL, "{:?}", times.last());
}

#[tokio::test(start_paused = true)]
async fn closes_many_connections_within_a_short_window() {
    let times = close_times(10_000, SECOND).await;
    assert_eq!(times.len(), 10_000);
    let (last, end) = (times[9_999], SECOND * 4 / 5);
    assert!(last <= end && last + 2 * MIN_SLEEP > end, "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn shuts_down_new_connections_at_once_while_draining() {
    let registry = registry_with_default_times();
    let _before = register(&registry, 1000);
    let draining = tokio::spawn({
        let registry = registry.clone();
        async move { registry.drain(30 * SECOND).await }
    });
    tokio::task::yield_now().await;
    let late = register(&registry, 1);
    assert_eq!(late[0].0.take_command(), Some(Command::Shutdown));
    assert!(!draining.is_finished());
    draining.await.unwrap();
    let later = register(&registry, 1);
    assert_eq!(later[0].0.take_command(), Some(Command::Shutdown));
}
