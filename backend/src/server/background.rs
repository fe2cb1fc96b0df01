//! Background tasks: keepalive, load shedding, presence, the log of rejected connections and the tick.

use std::future::Future;
use std::sync::{Arc, Once};

use parking_lot::Mutex;
use tokio_util::task::AbortOnDropHandle;

#[cfg(feature = "redis")]
use super::shared_rooms::SharedRooms;
#[cfg(feature = "disk")]
use super::stored_rooms::StoredRooms;
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
    #[cfg(feature = "redis")]
    shared_rooms: Option<Arc<SharedRooms>>,
    #[cfg(feature = "disk")]
    stored_rooms: Option<Arc<StoredRooms>>,
    started: Once,
    tasks: Mutex<Vec<AbortOnDropHandle<()>>>,
}

impl Background {
    /// Creates tasks that do not run yet.
    pub fn new(app: AppState, spawner: Arc<TokioSpawner>) -> Self {
        Self(Arc::new(BackgroundState {
            app,
            spawner,
            #[cfg(feature = "redis")]
            shared_rooms: None,
            #[cfg(feature = "disk")]
            stored_rooms: None,
            started: Once::new(),
            tasks: Mutex::default(),
        }))
    }

    /// Adds the task of rooms that several nodes share. Must be called before the tasks are started.
    #[cfg(feature = "redis")]
    pub fn with_shared_rooms(self, shared_rooms: Option<Arc<SharedRooms>>) -> Self {
        Self(Arc::new(BackgroundState { shared_rooms, ..self.not_started() }))
    }

    /// Adds the folder of the rooms, which is closed after the tasks have ended. Must be called before the tasks are started.
    #[cfg(feature = "disk")]
    pub fn with_stored_rooms(self, stored_rooms: Option<Arc<StoredRooms>>) -> Self {
        Self(Arc::new(BackgroundState { stored_rooms, ..self.not_started() }))
    }

    /// Returns a state whose tasks do not run.
    #[cfg(any(feature = "redis", feature = "disk"))]
    fn not_started(self) -> BackgroundState {
        let BackgroundState { app, spawner, .. } = &*self.0;
        BackgroundState {
            app: app.clone(),
            spawner: Arc::clone(spawner),
            #[cfg(feature = "redis")]
            shared_rooms: self.0.shared_rooms.clone(),
            #[cfg(feature = "disk")]
            stored_rooms: self.0.stored_rooms.clone(),
            started: Once::new(),
            tasks: Mutex::default(),
        }
    }

    /// Starts the tasks on the current runtime, unless they run or have been stopped.
    pub fn start(&self) {
        self.0.started.call_once(|| *self.0.tasks.lock() = spawn_all(&self.0));
    }

    /// Stops the tasks permanently, waits until they have ended, and closes the folder of the rooms.
    pub async fn stop(&self) {
        self.0.started.call_once(|| {});
        let tasks = std::mem::take(&mut *self.0.tasks.lock());
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
        #[cfg(feature = "disk")]
        if let Some(rooms) = self.0.stored_rooms.clone() {
            rooms.stop().await;
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
    #[cfg(feature = "redis")]
    let tasks =
        tasks.into_iter().chain(background.shared_rooms.as_ref().and_then(|rooms| rooms.start()).map(spawn)).collect();
    tasks
}

fn spawn(task: impl Future<Output = ()> + Send + 'static) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(task))
}
