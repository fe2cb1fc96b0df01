//! Background tasks: keepalive, load shedding, presence, the log of rejected connections and the tick.

use std::future::Future;
use std::sync::{Arc, Once};

use parking_lot::Mutex;
use tokio_util::task::AbortOnDropHandle;

use crate::connection::{load_shedding, rejection_log, time_broadcast};
use crate::http::state::AppState;
use crate::runtime::{self, TokioSpawner};

/// Tasks that run from the first request, or from the start of the listener, until the shutdown. They end when the
/// last handle is dropped.
#[derive(Clone, Debug)]
pub struct Background(Arc<BackgroundState>);

#[derive(Debug)]
struct BackgroundState {
    app: AppState,
    spawner: Arc<TokioSpawner>,
    started: Once,
    tasks: Mutex<Vec<AbortOnDropHandle<()>>>,
}

impl Background {
    /// Creates tasks that do not run yet.
    pub fn new(app: AppState, spawner: Arc<TokioSpawner>) -> Self {
        Self(Arc::new(BackgroundState { app, spawner, started: Once::new(), tasks: Mutex::default() }))
    }

    /// Starts the tasks on the current runtime, unless they run or have been stopped.
    pub fn start(&self) {
        self.0.started.call_once(|| *self.0.tasks.lock() = spawn_all(&self.0));
    }

    /// Stops the tasks permanently, and waits until they have ended.
    pub async fn stop(&self) {
        self.0.started.call_once(|| {});
        let tasks = std::mem::take(&mut *self.0.tasks.lock());
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
    }
}

fn spawn_all(background: &BackgroundState) -> Vec<AbortOnDropHandle<()>> {
    let app = &background.app;
    let server = &app.server;
    let tasks = vec![
        spawn(server.registry.clone().run()),
        spawn(load_shedding::run(server.registry.clone(), server.budget.clone())),
        spawn(rejection_log::run(app.admission.clone(), server.metrics.clone())),
        spawn(runtime::maintain(server.hub.clone(), &background.spawner)),
        spawn(time_broadcast::run(server.hub.clone(), server.config.tick)),
    ];
    tasks
}

fn spawn(task: impl Future<Output = ()> + Send + 'static) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(task))
}
