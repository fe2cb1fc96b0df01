//! Environment that a test controls: the test advances the clock and runs the tasks. Random bytes and the order
//! of tasks depend on a seed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use parking_lot::Mutex;

use super::content::Content;
use super::payload::Payload;
use crate::environment::{Clock, Environment, Random, SimulatedRandom, Spawner, Task, Timestamp};

/// Wall-clock time at the start of every test, in milliseconds since 1970.
const START_MS: u64 = 1_700_000_000_000;

/// Environment under the control of a test. Clones share clock, random numbers and tasks.
#[derive(Clone)]
pub struct ManualEnvironment(Arc<ManualInner>);

struct ManualInner {
    elapsed: Mutex<Duration>,
    random: SimulatedRandom,
    tasks: Mutex<TaskTable>,
}

/// Tasks by number; an entry is `None` while its task is polled, and after it is done.
#[derive(Default)]
struct TaskTable {
    all: Vec<Option<Task>>,
    ready: Vec<usize>,
}

/// Waker of one task.
struct TaskWaker {
    shared: Arc<ManualInner>,
    number: usize,
}

/// Spawner that runs tasks on the current tokio runtime, and drops them if there is none.
#[derive(Debug)]
pub struct TokioTasks;

/// Payload without content, for tests that only count messages.
#[derive(Clone, Debug)]
pub struct NoPayload;

/// Contents of one delivery, for tests that look at them.
#[derive(Clone, Debug)]
pub struct RecordedPayload(pub Vec<Content>);

impl Payload for NoPayload {
    fn of(_: Vec<Content>) -> Self {
        Self
    }
}

impl Payload for RecordedPayload {
    fn of(contents: Vec<Content>) -> Self {
        Self(contents)
    }
}

impl ManualEnvironment {
    /// Creates an environment whose random bytes and task order depend on `seed` alone.
    pub fn new(seed: u64) -> Self {
        let (elapsed, random, tasks) = (Mutex::default(), SimulatedRandom::new(seed), Mutex::default());
        Self(Arc::new(ManualInner { elapsed, random, tasks }))
    }

    /// Returns the environment for a hub.
    pub fn environment(&self) -> Environment {
        self.environment_with(self.clone())
    }

    /// Returns the environment for a hub, with `spawner` instead of this one.
    pub fn environment_with(&self, spawner: impl Spawner + 'static) -> Environment {
        let (clock, random) = (Box::new(self.clone()), Box::new(self.clone()));
        Environment { clock, random, spawner: Box::new(spawner) }
    }

    /// Advances the clock.
    pub fn advance(&self, duration: Duration) {
        *self.0.elapsed.lock() += duration;
    }

    /// Polls one ready task, chosen at random, and returns its number; `None` if no task is ready.
    pub fn step(&self) -> Option<usize> {
        let (number, mut task) = self.take_ready()?;
        let waker = Waker::from(Arc::new(TaskWaker { shared: Arc::clone(&self.0), number }));
        if Pin::new(&mut task).poll(&mut Context::from_waker(&waker)).is_pending() {
            self.0.tasks.lock().all[number] = Some(task);
        }
        Some(number)
    }

    /// Drops one ready task, chosen at random, as the shutdown of a runtime does, and returns its number.
    pub fn drop_task(&self) -> Option<usize> {
        self.take_ready().map(|(number, _)| number)
    }

    /// Takes a ready task, chosen at random. Tasks that were woken after their end are skipped.
    fn take_ready(&self) -> Option<(usize, Task)> {
        let mut tasks = self.0.tasks.lock();
        while !tasks.ready.is_empty() {
            let choice = self.0.random.index(tasks.ready.len());
            let number = tasks.ready.swap_remove(choice);
            if let Some(task) = tasks.all[number].take() {
                return Some((number, task));
            }
        }
        None
    }

    /// Polls ready tasks until there are none.
    pub fn run(&self) {
        while self.step().is_some() {}
    }
}

impl Clock for ManualEnvironment {
    fn now(&self) -> Timestamp {
        Timestamp::from_start(*self.0.elapsed.lock())
    }

    fn unix_ms(&self) -> u64 {
        START_MS + u64::try_from(self.0.elapsed.lock().as_millis()).unwrap()
    }
}

impl Random for ManualEnvironment {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.random.fill(bytes);
    }
}

impl Spawner for ManualEnvironment {
    fn spawn(&self, task: Task) {
        let mut tasks = self.0.tasks.lock();
        let number = tasks.all.len();
        tasks.all.push(Some(task));
        tasks.ready.push(number);
    }

    fn defer(&self, waker: &Waker) {
        waker.wake_by_ref();
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        let mut tasks = self.shared.tasks.lock();
        if !tasks.ready.contains(&self.number) {
            tasks.ready.push(self.number);
        }
    }
}

impl Spawner for TokioTasks {
    fn spawn(&self, task: Task) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(task));
        }
    }

    fn defer(&self, waker: &Waker) {
        let poll = std::pin::pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(waker));
        assert!(poll.is_pending());
    }
}
