//! Backplane of a single node that keeps its rooms on a disk.
//!
//! | content | file |
//! |---|---|
//! | the backplane; the local side of a room that it needs | `backplane`, `replica` |
//! | the interface of a journal, and rooms that were read from one | `journal` |

pub mod backplane;
pub mod journal;
pub mod replica;
