//! Defects of a simulated store.

/// Breach of the contract of a store, which proves that a simulation finds its consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// A failover does not raise the generations, so that offsets are used again.
    KeepsGenerations,
    /// Idempotency keys are ignored, so that repetitions are published again.
    ForgetsKeys,
    /// Signals are sent twice.
    RepeatsSignals,
    /// Checks report no changes, so that a lost event is not noticed.
    HidesChanges,
}
