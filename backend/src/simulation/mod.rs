//! Nodes with real connections over streams, that share a simulated store or keep their rooms on a simulated disk, for the
//! simulator of this repository. Nothing else uses this, and no release has it.
//!
//! | content | file |
//! |---|---|
//! | a node: hub and connections; its memory and work | `node`, `status` |
//! | on a store that nodes share | `shared_node` |
//! | on the disk of a machine | `disk_node`, `machine`, `machine_clock` |
//! | the writer of a process, which runs only while the simulation waits | `disk_process`, `engine_thread` |
//! | everything that was published, and what a start finds of it; defects | `disk_record`, `recording_journal`, `disk_defect` |

mod disk_defect;
mod disk_node;
mod disk_process;
mod disk_record;
mod engine_thread;
mod machine;
mod machine_clock;
mod node;
mod recording_journal;
mod shared_node;
mod status;

pub use crate::backplane::shared::config::SharedConfig;
pub use crate::backplane::shared::simulated_store::{DAMAGED, Defect, Journal, SimulatedCluster};
pub use crate::config::Durability;
pub use crate::environment::SimulatedRandom;
pub use disk_defect::DiskDefect;
pub use disk_record::FoundMessages;
pub use machine::{MachineConfig, SimulatedMachine};
pub use node::SimulatedNode;
pub use status::{NodeStatus, WaitingMessages};
