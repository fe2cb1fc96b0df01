//! Random numbers for delays.

/// The browser's random numbers, which are not cryptographic.
pub(crate) struct Random;

impl yodel_client::Rng for Random {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "bounds are delays in milliseconds"
    )]
    fn below(&mut self, bound: u64) -> u64 {
        (js_sys::Math::random() * bound as f64) as u64
    }
}
