//! A node that keeps its rooms on the disk of a machine.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

use super::disk_process::DiskProcess;
use super::machine::SimulatedMachine;
use super::node::{NodeRooms, SimulatedNode, context};
use super::recording_journal::RecordingJournal;
use super::status::WaitingMessages;
use crate::backplane::disk::backplane::DiskBackplane;
use crate::backplane::disk::start::Started;
use crate::backplane::shared::simulated_store::SimulatedClock;
use crate::config::ServerConfig;
use crate::connection::admission::Admission;
use crate::environment::{Environment, SimulatedRandom};
use crate::hub::Hub;
use crate::runtime::{self, TokioSpawner};

/// Rooms of a process on the disk of a machine.
pub struct DiskNode(Arc<DiskProcess>);

impl SimulatedNode {
    /// Starts a process on a machine, where no other one runs. It ends by itself when the machine loses power.
    ///
    /// # Errors
    /// Returns an error if the disk cannot be read or written.
    ///
    /// # Panics
    /// If called outside of a tokio runtime, or if the settings need files.
    pub fn start_on_disk(
        config: ServerConfig,
        machine: &SimulatedMachine,
        random: &SimulatedRandom,
    ) -> Result<Self, String> {
        let Started { engine, journal, rooms, .. } = machine.start()?;
        let process = Arc::new(DiskProcess::new(machine, engine, Arc::clone(journal.metrics())));
        let (added, killed) = (Arc::clone(&process.added), process.killed.clone());
        let journal = RecordingJournal::new(journal, machine.clone(), added, killed);
        let backplane = DiskBackplane::new(Arc::new(journal), machine.config().durability);
        let spawner = Arc::<TokioSpawner>::default();
        let environment = Environment {
            clock: Box::new(SimulatedClock::new()),
            random: Box::new(random.fork()),
            spawner: Box::new(Arc::clone(&spawner)),
        };
        let hub = Hub::with_backplane(config.retention(), environment, Arc::new(backplane));
        hub.restore(rooms);
        let server = Arc::new(context(config, hub.clone(), "disk".to_owned()));
        let (admission, connections) = (Admission::new(u32::MAX, 0, None), Arc::<Mutex<JoinSet<()>>>::default());
        let on_power_loss = {
            let (admission, connections) = (admission.clone(), Arc::clone(&connections));
            move || {
                admission.close();
                connections.lock().abort_all();
            }
        };
        let background = vec![
            AbortOnDropHandle::new(tokio::spawn(Arc::clone(&process).run(on_power_loss))),
            AbortOnDropHandle::new(tokio::spawn(runtime::maintain(hub, &spawner))),
            AbortOnDropHandle::new(tokio::spawn(server.registry.clone().run())),
        ];
        Ok(Self { server, rooms: NodeRooms::Disk(DiskNode(process)), admission, background, connections })
    }
}

impl DiskNode {
    /// Returns a function that writes everything and ends the run in order.
    pub fn stop(&self) -> impl FnOnce() + Send + use<> {
        let process = Arc::clone(&self.0);
        move || process.stop()
    }

    /// Kills the process.
    pub fn kill(&self) {
        self.0.kill();
    }

    /// Returns what waits to be written.
    pub fn waiting(&self) -> WaitingMessages {
        let snapshot = self.0.metrics().snapshot();
        WaitingMessages { number: snapshot.queue_length, bytes: snapshot.queue_bytes, followed_rooms: None }
    }
}

impl fmt::Debug for DiskNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DiskNode").finish_non_exhaustive()
    }
}
