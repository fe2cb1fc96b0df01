//! Processors of the nodes and of everything else, so that the generator does not take time from the nodes, and a write that
//! wakes it costs the same for one node as for three.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Processors of a measurement. Until it is dropped, the calling thread and the processes that it starts run on the last
/// processor that is allowed.
#[derive(Debug)]
pub struct Processors {
    allowed: CpuSet,
    /// Processor of the nodes.
    pub nodes: usize,
}

impl Processors {
    /// Divides the processors. With a single one, everything runs there.
    pub fn divide() -> Self {
        let allowed = sched_getaffinity(None).expect("a thread has processors");
        let mut numbers = (0..CpuSet::MAX_CPU).filter(|number| allowed.is_set(*number));
        let nodes = numbers.next().expect("a thread has a processor");
        let mut rest = CpuSet::new();
        rest.set(numbers.next_back().unwrap_or(nodes));
        sched_setaffinity(None, &rest).expect("the processor is allowed");
        Self { allowed, nodes }
    }
}

impl Drop for Processors {
    fn drop(&mut self) {
        sched_setaffinity(None, &self.allowed).expect("the processors were allowed before");
    }
}
