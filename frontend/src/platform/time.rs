//! The clock, and times as text.

use js_sys::Date;

/// Returns the current time in milliseconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time in milliseconds is a small integer"
)]
pub fn now_ms() -> u64 {
    Date::now() as u64
}

/// Last moment that the browser's `Date` can represent, in milliseconds since 1970 (ECMA-262, section 21.4.1.1). It
/// throws when a later one is formatted.
const MAX_MS: u64 = 8_640_000_000_000_000;

/// A moment in the time zone of the browser.
pub struct LocalTime(Date);

impl LocalTime {
    /// Creates the moment of this many milliseconds since 1970, at most [`MAX_MS`].
    #[expect(clippy::cast_precision_loss, reason = "a time in milliseconds is a small integer")]
    pub fn new(at_ms: u64) -> Self {
        Self(Date::new(&(at_ms.min(MAX_MS) as f64).into()))
    }

    /// Creates the moment of this many milliseconds since 1970; `None` if it is later than [`MAX_MS`]. A server may
    /// send any number, for example nanoseconds.
    pub fn checked(at_ms: u64) -> Option<Self> {
        (at_ms <= MAX_MS).then(|| Self::new(at_ms))
    }

    /// Returns month and day: `04-30`.
    pub fn day(&self) -> String {
        format!("{:02}-{:02}", self.0.get_month() + 1, self.0.get_date())
    }

    /// Returns hours and minutes: `23:59`.
    pub fn minutes(&self) -> String {
        format!("{:02}:{:02}", self.0.get_hours(), self.0.get_minutes())
    }

    /// Returns what follows [`Self::minutes`]: `:59`.
    pub fn seconds(&self) -> String {
        format!(":{:02}", self.0.get_seconds())
    }

    /// Returns the moment in UTC as ISO 8601 writes it.
    pub fn iso(&self) -> String {
        self.0.to_iso_string().into()
    }
}
