//! What the simulator of this repository needs: nodes that share a simulated store, with real connections over streams
//! of its network. Nothing else uses this, and no release has it.
//!
//! | content | file |
//! |---|---|
//! | a node: hub, backplane and connections | `node` |
//! | what a node has in memory | `status` |

mod node;
mod status;

pub use crate::backplane::shared::config::SharedConfig;
pub use crate::backplane::shared::simulated_store::{DAMAGED, Defect, Journal, SimulatedCluster, SimulatedRandom};
pub use node::SimulatedNode;
pub use status::NodeStatus;
