//! Measurements of `probe.js`.

use serde::Deserialize;
use serde_json::json;
use support::window::Window;

use crate::samples::Samples;

/// Threshold of the browser's event timing in milliseconds: shorter keys are not reported.
const REPORTED_FROM_MS: f64 = 16.0;

/// Measurements inside a page since the last start.
#[derive(Debug, Deserialize)]
pub struct ProbeReport {
    /// Start times of frames in milliseconds since 1970.
    frames: Vec<f64>,
    /// Durations of tasks longer than 50 ms in milliseconds.
    tasks: Vec<f64>,
    /// Durations from a key to the frame that paints it in milliseconds, from [`REPORTED_FROM_MS`] on.
    keys: Vec<f64>,
    /// Number of pressed keys.
    pub pressed: usize,
    /// Received messages by the page's counter.
    pub received: usize,
}

impl ProbeReport {
    /// Resets the measurements and waits in the page for a row that contains `text`.
    pub async fn start(window: &Window, text: &str) {
        window.script("probe.start(arguments[0])", vec![json!(text)]).await;
    }

    /// Reads the measurements since the start.
    pub async fn of(window: &Window) -> Self {
        let observed = window.script("return probe.report()", Vec::new()).await;
        serde_json::from_value(observed).expect("script result has the expected shape")
    }

    /// Returns the frames per second between two times.
    pub fn rate(&self, from: f64, to: f64) -> f64 {
        let frames = self.frames.iter().filter(|at| (from..to).contains(at)).count();
        frames as f64 * 1000.0 / (to - from)
    }

    /// Returns the intervals between frames that overlap with a time span, in milliseconds.
    pub fn gaps(&self, from: f64, to: f64) -> Samples {
        let pairs = self.frames.windows(2).filter(|pair| pair[1] >= from && pair[0] <= to);
        pairs.map(|pair| pair[1] - pair[0]).collect()
    }

    /// Returns the duration of the longest task in milliseconds; 0 when none was longer than 50 ms.
    pub fn longest_task(&self) -> f64 {
        self.tasks.iter().copied().fold(0.0, f64::max)
    }

    /// Returns the durations from a key to the frame that paints it; unreported keys count as [`REPORTED_FROM_MS`].
    pub fn keys(&self) -> Samples {
        let quick = self.pressed.saturating_sub(self.keys.len());
        self.keys.iter().copied().chain(std::iter::repeat_n(REPORTED_FROM_MS, quick)).collect()
    }
}
