//! Random numbers of the operating system.

/// The operating system's random source.
pub struct SystemRng;

impl yodel_client::Rng for SystemRng {
    fn below(&mut self, bound: u64) -> u64 {
        // A handshake fails without random numbers, so the value does not matter.
        let number = getrandom::u64().unwrap_or_default();
        u64::try_from((u128::from(number) * u128::from(bound)) >> 64).unwrap_or_default()
    }
}
