//! Nodes that share a simulated store, with real connections over streams, for the simulator of this repository. Nothing
//! else uses this, and no release has it.
//!
//! | content | file |
//! |---|---|
//! | a node: hub, backplane and connections | `node` |
//! | memory and work of a node | `status` |

mod node;
mod status;

pub use crate::backplane::shared::config::SharedConfig;
pub use crate::backplane::shared::simulated_store::{DAMAGED, Defect, Journal, SimulatedCluster, SimulatedRandom};
pub use node::SimulatedNode;
pub use status::NodeStatus;
