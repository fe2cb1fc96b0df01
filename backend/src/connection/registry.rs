//! The registry of all open connections. One clock sends the pings of all connections, so that 200,000 idle
//! connections need no timer each. A graceful shutdown closes the connections one by one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use slab::Slab;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use yodel_protocol::CloseCode;

use super::commands::Command;
use super::handle::ConnectionHandle;
use super::heartbeat::{Heartbeat, HeartbeatTimes, Tick};
use crate::hub::Subscriber;

/// Resolution of the clock: the shorter of ping interval and pong timeout, divided by this, between
/// `MIN_TICK` and `MAX_TICK`.
const TICKS_PER_INTERVAL: u32 = 8;
const MIN_TICK: Duration = Duration::from_millis(10);
const MAX_TICK: Duration = Duration::from_secs(1);

/// Size of the timer wheel, in ticks. A check that is due later is examined once per revolution.
const SLOTS: usize = 256;

/// Minimum sleep while closing connections. Shorter pauses are skipped.
const MIN_SLEEP: Duration = Duration::from_millis(10);

/// Maximum time between the shutdown of two connections. All of them reconnect to another server.
const MAX_CLOSE_INTERVAL: Duration = Duration::from_micros(2500);

/// The fraction of the drain window in which connections are closed. The rest is for slow closing handshakes.
const CLOSE_WINDOW: (u32, u32) = (4, 5);

/// The registry of open connections; cheap to clone.
#[derive(Clone, Debug)]
pub struct Registry(Arc<RegistryInner>);

#[derive(Debug)]
struct RegistryInner {
    times: HeartbeatTimes,
    tick: Duration,
    state: Mutex<RegistryState>,
    /// Number of connections at the start of the shutdown.
    draining_connections: AtomicUsize,
}

#[derive(Debug)]
struct RegistryState {
    connections: Slab<RegistryEntry>,
    /// Scheduled checks, indexed by tick modulo `SLOTS`.
    slots: Vec<Vec<ScheduledCheck>>,
    now: Tick,
    last_generation: u32,
    draining: bool,
}

#[derive(Debug)]
struct RegistryEntry {
    /// Distinguishes this connection from earlier ones with the same key.
    generation: u32,
    handle: Arc<ConnectionHandle>,
    heartbeat: Heartbeat,
}

/// A scheduled heartbeat check of a connection; ignored if its generation is no longer current.
#[derive(Clone, Copy, Debug)]
struct ScheduledCheck {
    key: usize,
    generation: u32,
}

/// The registration of a connection; dropping it removes the connection.
#[derive(Debug)]
pub struct Registration {
    registry: Registry,
    key: usize,
}

impl Registry {
    /// Creates a registry with a ping interval and a pong timeout.
    pub fn new(ping_interval: Duration, pong_timeout: Duration) -> Self {
        let tick = (ping_interval.min(pong_timeout) / TICKS_PER_INTERVAL).clamp(MIN_TICK, MAX_TICK);
        let ticks = |time: Duration| Tick::try_from(time.as_nanos().div_ceil(tick.as_nanos())).unwrap_or(Tick::MAX);
        let times = HeartbeatTimes { ping_interval: ticks(ping_interval), pong_timeout: ticks(pong_timeout) };
        let state = RegistryState {
            connections: Slab::new(),
            slots: vec![Vec::new(); SLOTS],
            now: 0,
            last_generation: 0,
            draining: false,
        };
        Self(Arc::new(RegistryInner {
            times,
            tick,
            state: Mutex::new(state),
            draining_connections: AtomicUsize::new(0),
        }))
    }

    /// Registers a connection. During a shutdown the connection receives the shutdown command at once.
    pub fn register(&self, handle: Arc<ConnectionHandle>) -> Registration {
        let mut state = self.0.state.lock();
        if state.draining {
            handle.send_command(Command::Shutdown);
        }
        let first = state.now.saturating_add(self.first_ping(state.connections.vacant_key()));
        state.last_generation = state.last_generation.wrapping_add(1);
        let generation = state.last_generation;
        let key = state.connections.insert(RegistryEntry { generation, handle, heartbeat: Heartbeat::new(first) });
        state.schedule(ScheduledCheck { key, generation }, first);
        Registration { registry: self.clone(), key }
    }

    /// Returns the delay of the first ping in ticks, between half the interval and the whole interval, so
    /// that connections that were opened together are not pinged together.
    fn first_ping(&self, key: usize) -> Tick {
        let scattered = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let half = u64::from(self.0.times.ping_interval / 2);
        self.0.times.ping_interval - Tick::try_from((scattered * half) >> 32).unwrap_or(0)
    }

    /// Runs the clock. Never returns.
    pub async fn run(self) {
        let mut ticks = interval(self.0.tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.tick();
        }
    }

    fn tick(&self) {
        let due = {
            let mut state = self.0.state.lock();
            state.now += 1;
            let slot = state.slot(state.now);
            std::mem::take(&mut state.slots[slot])
        };
        // In batches: connections that open or close meanwhile do not wait for the whole slot.
        for batch in due.chunks(SLOTS) {
            let mut state = self.0.state.lock();
            for &due in batch {
                state.run_check(due, self.0.times);
            }
        }
    }

    /// Returns the number of connections at the start of the shutdown; 0 before.
    pub fn draining_connections(&self) -> usize {
        self.0.draining_connections.load(Ordering::Relaxed)
    }

    /// Shuts down all connections, spread over the window so that they do not reconnect all at once. Dropping
    /// the future leaves the remaining connections open.
    pub async fn drain(&self, window: Duration) {
        let keys: Vec<usize> = {
            let mut state = self.0.state.lock();
            state.draining = true;
            state.connections.iter().map(|(key, _)| key).collect()
        };
        self.0.draining_connections.store(keys.len(), Ordering::Relaxed);
        let count = u32::try_from(keys.len()).unwrap_or(u32::MAX).max(1);
        let interval = MAX_CLOSE_INTERVAL.min(window * CLOSE_WINDOW.0 / CLOSE_WINDOW.1 / count);
        let (start, mut sent) = (Instant::now(), 0);
        for key in keys {
            let at = start + interval * sent;
            if at > Instant::now() + MIN_SLEEP {
                sleep_until(at).await;
            }
            sent += 1;
            if let Some(entry) = self.0.state.lock().connections.get(key) {
                entry.handle.send_command(Command::Shutdown);
            }
        }
    }
}

impl Registry {
    /// Returns the connections that buffer anything, with the memory of each in bytes. Locks the registry for a batch
    /// at a time.
    pub fn buffering(&self) -> Vec<(usize, Arc<ConnectionHandle>)> {
        let (mut next, mut buffering) = (0, Vec::new());
        loop {
            let handles: Vec<Arc<ConnectionHandle>> = {
                let state = self.0.state.lock();
                if next >= state.connections.capacity() {
                    return buffering;
                }
                let entries = (next..next + SLOTS).filter_map(|key| state.connections.get(key));
                entries.map(|entry| Arc::clone(&entry.handle)).collect()
            };
            next += SLOTS;
            let with_memory = handles.into_iter().map(|handle| (handle.memory(), handle));
            buffering.extend(with_memory.filter(|(memory, _)| *memory > 0));
        }
    }

    /// Closes all connections with this code and reason.
    pub fn disconnect_all(&self, code: CloseCode, reason: &str) {
        let handles: Vec<_> =
            self.0.state.lock().connections.iter().map(|(_, entry)| Arc::clone(&entry.handle)).collect();
        for handle in handles {
            handle.disconnect(code, reason);
        }
    }
}

impl RegistryState {
    fn slot(&self, tick: Tick) -> usize {
        tick as usize % self.slots.len()
    }

    fn schedule(&mut self, check: ScheduledCheck, at: Tick) {
        let slot = self.slot(at.max(self.now + 1));
        self.slots[slot].push(check);
    }

    fn run_check(&mut self, check: ScheduledCheck, times: HeartbeatTimes) {
        let now = self.now;
        let Some(entry) = self.connections.get_mut(check.key).filter(|entry| entry.generation == check.generation)
        else {
            return;
        };
        if entry.heartbeat.next_check(times) <= now
            && let Some(command) = entry.heartbeat.check(now, entry.handle.take_alive(), times)
        {
            entry.handle.send_command(command);
        }
        let due = entry.heartbeat.next_check(times);
        self.schedule(check, due);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let entry = self.registry.0.state.lock().connections.remove(self.key);
        drop(entry);
    }
}

#[cfg(test)]
mod tests;
