//! All open connections, for what concerns each of them now and then: one clock pings them, and a
//! server that stops asks them to leave. 200,000 idle connections need no timer each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use slab::Slab;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use yodel_protocol::CloseCode;

use super::heartbeat::{Heartbeat, Pace, Tick};
use super::line::Line;
use super::signals::Signal;
use crate::hub::Subscriber;

/// How exactly pings are timed: a fraction of the shorter of the two times, within bounds.
const PRECISION: u32 = 8;
const FINEST: Duration = Duration::from_millis(10);
const COARSEST: Duration = Duration::from_secs(1);

/// How far the clock sees ahead, in ticks; what is due later is looked at more than once.
const SLOTS: usize = 256;

/// How exactly those who leave are parted: less is not waited for.
const STEP: Duration = Duration::from_millis(10);

/// How long those who leave are apart at most: they all come back to another server.
const APART: Duration = Duration::from_micros(2500);

/// The part of the window in which they leave; the rest is for those who take their time.
const LEAVING: (u32, u32) = (4, 5);

/// Every open connection; a handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct Registry(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    pace: Pace,
    tick: Duration,
    open: Mutex<Open>,
    /// How many there were when they were asked to leave.
    left: AtomicUsize,
}

#[derive(Debug)]
struct Open {
    connections: Slab<Entry>,
    /// Who is due at a tick, by its remainder.
    slots: Vec<Vec<Due>>,
    now: Tick,
    entered: u32,
    leaving: bool,
}

#[derive(Debug)]
struct Entry {
    /// Tells it from others that had its key.
    number: u32,
    line: Arc<Line>,
    heartbeat: Heartbeat,
}

/// Who is due: a key, and the number of who had it then.
#[derive(Clone, Copy, Debug)]
struct Due {
    key: usize,
    number: u32,
}

/// A place among the open connections; dropping it leaves.
#[derive(Debug)]
pub struct Place {
    registry: Registry,
    key: usize,
}

impl Registry {
    /// Pings every so often and waits for the answer as long as `patience` lasts.
    pub fn new(every: Duration, patience: Duration) -> Self {
        let tick = (every.min(patience) / PRECISION).clamp(FINEST, COARSEST);
        let ticks = |time: Duration| Tick::try_from(time.as_nanos().div_ceil(tick.as_nanos())).unwrap_or(Tick::MAX);
        let pace = Pace { ping: ticks(every), pong: ticks(patience) };
        let open =
            Open { connections: Slab::new(), slots: vec![Vec::new(); SLOTS], now: 0, entered: 0, leaving: false };
        Self(Arc::new(Shared { pace, tick, open: Mutex::new(open), left: AtomicUsize::new(0) }))
    }

    /// Adds a connection. While the server stops it is asked to leave at once.
    pub fn enter(&self, line: Arc<Line>) -> Place {
        let mut open = self.0.open.lock();
        if open.leaving {
            line.raise(Signal::Leave);
        }
        let first = open.now.saturating_add(self.first_ping(open.connections.vacant_key()));
        open.entered = open.entered.wrapping_add(1);
        let number = open.entered;
        let key = open.connections.insert(Entry { number, line, heartbeat: Heartbeat::new(first) });
        open.schedule(Due { key, number }, first);
        Place { registry: self.clone(), key }
    }

    /// Those who came together are not pinged together: between half the usual time and all of it.
    fn first_ping(&self, key: usize) -> Tick {
        let scattered = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let half = u64::from(self.0.pace.ping / 2);
        self.0.pace.ping - Tick::try_from((scattered * half) >> 32).unwrap_or(0)
    }

    /// Pings, for ever.
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
            let mut open = self.0.open.lock();
            open.now += 1;
            let slot = open.slot(open.now);
            std::mem::take(&mut open.slots[slot])
        };
        // In pieces: who comes or goes meanwhile does not wait for all of them.
        for piece in due.chunks(SLOTS) {
            let mut open = self.0.open.lock();
            for &due in piece {
                open.beat(due, self.0.pace);
            }
        }
    }

    /// How many were asked to leave.
    pub fn leaving(&self) -> usize {
        self.0.left.load(Ordering::Relaxed)
    }

    /// How many bytes wait for all of them together. Looks at some and then at some more: who comes or
    /// goes meanwhile does not wait.
    pub fn waiting(&self) -> usize {
        let (mut next, mut bytes) = (0, 0);
        loop {
            let lines: Vec<Arc<Line>> = {
                let open = self.0.open.lock();
                if next >= open.connections.capacity() {
                    return bytes;
                }
                let some = (next..next + SLOTS).filter_map(|key| open.connections.get(key));
                some.map(|entry| Arc::clone(&entry.line)).collect()
            };
            next += SLOTS;
            bytes += lines.iter().map(|line| line.outbox.bytes()).sum::<usize>();
        }
    }

    /// Asks everybody to leave, spread over the window so that they do not all come back at once.
    pub async fn drain(&self, window: Duration) {
        let keys: Vec<usize> = {
            let mut open = self.0.open.lock();
            open.leaving = true;
            open.connections.iter().map(|(key, _)| key).collect()
        };
        self.0.left.store(keys.len(), Ordering::Relaxed);
        let count = u32::try_from(keys.len()).unwrap_or(u32::MAX).max(1);
        let apart = APART.min(window * LEAVING.0 / LEAVING.1 / count);
        let (start, mut asked) = (Instant::now(), 0);
        for key in keys {
            let at = start + apart * asked;
            if at > Instant::now() + STEP {
                sleep_until(at).await;
            }
            asked += 1;
            if let Some(entry) = self.0.open.lock().connections.get(key) {
                entry.line.raise(Signal::Leave);
            }
        }
    }
}

impl Registry {
    /// Closes every connection, with this code and reason.
    pub fn disconnect_all(&self, code: CloseCode, reason: &str) {
        let lines: Vec<_> = self.0.open.lock().connections.iter().map(|(_, entry)| Arc::clone(&entry.line)).collect();
        for line in lines {
            line.disconnect(code, reason);
        }
    }
}

impl Open {
    fn slot(&self, tick: Tick) -> usize {
        tick as usize % self.slots.len()
    }

    fn schedule(&mut self, who: Due, at: Tick) {
        let slot = self.slot(at.max(self.now + 1));
        self.slots[slot].push(who);
    }

    fn beat(&mut self, who: Due, pace: Pace) {
        let now = self.now;
        let Some(entry) = self.connections.get_mut(who.key).filter(|entry| entry.number == who.number) else { return };
        if entry.heartbeat.due(pace) <= now
            && let Some(signal) = entry.heartbeat.beat(now, entry.line.was_heard(), pace)
        {
            entry.line.raise(signal);
        }
        let due = entry.heartbeat.due(pace);
        self.schedule(who, due);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let left = self.registry.0.open.lock().connections.remove(self.key);
        drop(left);
    }
}

#[cfg(test)]
mod tests;
