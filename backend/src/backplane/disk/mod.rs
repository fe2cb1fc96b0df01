//! Backplane of a single node that keeps its rooms on a disk.

pub mod journal;
