//! Gathering of a group. A limit of hours means that only the messages end it.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::support::{message, position, room};
use crate::backplane::disk::entry::{Append, Entry};
use crate::backplane::disk::metrics::DiskMetrics;
use crate::backplane::disk::queue::Queue;
use crate::backplane::journal::Kept;
use yodel_protocol::Offset;

const HOURS: Duration = Duration::from_hours(8);
const HALF: usize = 10_000;

/// Returns a queue from which a group of this many messages was taken.
fn after_group(messages: usize) -> Arc<Queue> {
    let queue = Arc::new(Queue::new(2 * HALF, u64::MAX, Arc::new(DiskMetrics::default())));
    queue.open();
    append(&queue, messages);
    assert_eq!(queue.take(usize::MAX).len(), messages);
    queue.done();
    queue
}

fn append(queue: &Queue, messages: usize) {
    for _ in 0..messages {
        let message = message("r", position("e", 1), "m");
        queue.append(Entry::Append(Append { message, key: None, receipt: None, time: 0 })).unwrap();
    }
}

/// Returns the size of the group that is gathered while `add` adds entries.
fn gathered(queue: &Arc<Queue>, add: impl FnOnce(&Queue)) -> usize {
    let gathering = Arc::clone(queue);
    let thread = thread::spawn(move || {
        gathering.gather(HOURS);
        gathering.take(usize::MAX).len()
    });
    while !queue.is_gathering() {
        thread::yield_now();
    }
    add(queue);
    thread.join().unwrap()
}

#[test]
fn a_group_is_gathered_until_it_has_the_messages_of_the_last_one_and_those_that_waited() {
    let queue = after_group(3);
    append(&queue, 2);
    assert_eq!(gathered(&queue, |queue| append(queue, 3)), 5);
}

#[test]
fn only_messages_count() {
    let queue = after_group(1);
    let size = gathered(&queue, |queue| {
        queue.add(Entry::Trim(room("r"), Kept { messages: Offset(1), keys: Offset(1) }));
        append(queue, 1);
    });
    assert_eq!(size, 2);
}

#[test]
fn a_group_is_gathered_only_while_messages_arrive() {
    let queue = after_group(1);
    queue.gather(Duration::from_millis(8));
    assert_eq!(queue.take(usize::MAX).len(), 0);
    queue.gather(HOURS);
}

#[test]
fn a_queue_that_is_half_full_or_stops_is_not_gathered() {
    let queue = after_group(2);
    let large = message("r", position("e", 1), &"x".repeat(HALF * 3 / 4));
    queue.append(Entry::Append(Append { message: large, key: None, receipt: None, time: 0 })).unwrap();
    queue.gather(HOURS);
    let queue = after_group(2);
    queue.stop();
    queue.gather(HOURS);
}
