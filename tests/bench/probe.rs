//! What `probe.js` saw.

use serde::Deserialize;
use serde_json::json;
use support::window::Window;

use crate::samples::Samples;

/// Keys that took less are not told.
const TOLD: f64 = 16.0;

/// What a page did, as it saw it itself.
#[derive(Debug, Deserialize)]
pub struct Seen {
    /// When frames began, in milliseconds since 1970.
    frames: Vec<f64>,
    /// How long tasks took that took more than 50 ms.
    tasks: Vec<f64>,
    /// From a key to the frame that shows it, where that took [`TOLD`] and longer.
    keys: Vec<f64>,
    /// Keys in all.
    pub pressed: usize,
    /// Messages that the page says it got.
    pub received: usize,
}

impl Seen {
    /// Forgets what was seen so far, and looks out for a row with this text.
    pub async fn start(window: &Window, text: &str) {
        window.script("probe.start(arguments[0])", vec![json!(text)]).await;
    }

    /// What was seen since then.
    pub async fn of(window: &Window) -> Self {
        let seen = window.script("return probe.seen()", Vec::new()).await;
        serde_json::from_value(seen).expect("the script returns this")
    }

    /// Frames a second between two moments.
    pub fn rate(&self, from: f64, to: f64) -> f64 {
        let frames = self.frames.iter().filter(|at| (from..to).contains(at)).count();
        frames as f64 * 1000.0 / (to - from)
    }

    /// The time between two frames, for all that reach into these moments.
    pub fn gaps(&self, from: f64, to: f64) -> Samples {
        let pairs = self.frames.windows(2).filter(|pair| pair[1] >= from && pair[0] <= to);
        pairs.map(|pair| pair[1] - pair[0]).collect()
    }

    /// The longest task; 0 when none was over 50 ms.
    pub fn longest_task(&self) -> f64 {
        self.tasks.iter().copied().fold(0.0, f64::max)
    }

    /// From a key to the frame that shows it.
    pub fn keys(&self) -> Samples {
        let quick = self.pressed.saturating_sub(self.keys.len());
        self.keys.iter().copied().chain(std::iter::repeat_n(TOLD, quick)).collect()
    }
}
