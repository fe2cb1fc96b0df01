use std::sync::mpsc;
use std::task::Poll;

use super::*;
use crate::environment::Work;

/// Work that reports the thread it runs on, or `None` if it is dropped.
struct Report(mpsc::Sender<Option<std::thread::ThreadId>>);

impl Work for Report {
    fn poll_work(&self, _: &Context<'_>) -> Poll<()> {
        self.0.send(Some(std::thread::current().id())).unwrap();
        Poll::Ready(())
    }

    fn abandon(&self) {
        self.0.send(None).unwrap();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap()
}

/// Spawns a task and returns the receiver of its report.
fn spawn(spawner: &Arc<TokioSpawner>) -> mpsc::Receiver<Option<std::thread::ThreadId>> {
    let (report, reports) = mpsc::channel();
    spawner.spawn(Task::new(Arc::new(Report(report))));
    reports
}

#[test]
fn a_task_from_any_thread_runs_on_the_attached_runtime() {
    let (spawner, own, other) = (Arc::<TokioSpawner>::default(), runtime(), runtime());
    let worker = own.block_on(async { tokio::spawn(async { std::thread::current().id() }).await.unwrap() });
    let _attachment = own.block_on(async { spawner.attach() });
    assert_eq!(spawn(&spawner).recv().unwrap(), Some(worker), "from a thread without a runtime");
    let from_other = other.block_on(async { spawn(&spawner) });
    assert_eq!(from_other.recv().unwrap(), Some(worker), "from a thread of another runtime");
}

#[test]
fn a_task_is_queued_until_there_is_a_runtime() {
    let (spawner, runtime) = (Arc::<TokioSpawner>::default(), runtime());
    let queued = spawn(&spawner);
    assert!(queued.try_recv().is_err());
    let _attachment = runtime.block_on(async { spawner.attach() });
    assert!(queued.recv().unwrap().is_some());
}

#[test]
fn a_task_without_an_attachment_runs_on_the_current_runtime() {
    let (spawner, runtime) = (Arc::<TokioSpawner>::default(), runtime());
    let reports = runtime.block_on(async { spawn(&spawner) });
    assert!(reports.recv().unwrap().is_some());
}

#[test]
fn a_task_after_the_last_attachment_is_dropped() {
    let (spawner, runtime) = (Arc::<TokioSpawner>::default(), runtime());
    drop(runtime.block_on(async { spawner.attach() }));
    assert_eq!(spawn(&spawner).recv().unwrap(), None);
}

#[test]
fn the_end_of_an_earlier_attachment_leaves_the_later_one() {
    let (spawner, first, second) = (Arc::<TokioSpawner>::default(), runtime(), runtime());
    let earlier = first.block_on(async { spawner.attach() });
    let _later = second.block_on(async { spawner.attach() });
    drop(earlier);
    assert!(spawn(&spawner).recv().unwrap().is_some());
}
