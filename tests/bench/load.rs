//! A first visit on a slow processor and a slow network: the downloads, and the time until the row that reports
//! the connection is painted.

use serde_json::json;
use support::window::Window;

use crate::environment::{self, BenchEnvironment};
use crate::metric::{Metric, Target};
use crate::report::Report;
use crate::subject::Subject;

const SECTION: &str = "A first visit over Slow 4G, on a processor slowed down four times";

/// Visits of each page per round.
const VISITS: u32 = 3;

/// Slowdown factor of the processor.
const CPU_SLOWDOWN: u32 = 4;

/// Chromium's "Slow 4G": 90 % of 1.6 Mbit/s down and 750 kbit/s up, in bytes per second; latency in milliseconds.
const DOWN: u32 = 180_000;
const UP: u32 = 84_375;
const LATENCY: f64 = 562.5;

/// Visits the pages alternately.
pub async fn measure(environment: &BenchEnvironment, round: u32, report: &mut Report) {
    for visit in 0..VISITS {
        for subject in Subject::in_turn(round + visit) {
            let metric =
                Metric { section: SECTION, name: "first row shown after, ms", target: Target::RatioAtMost(1.3) };
            let shown = first_row(environment, subject, report).await;
            report.add(metric, subject, shown);
        }
    }
}

/// Returns the time until the first row is painted in milliseconds.
async fn first_row(environment: &BenchEnvironment, subject: Subject, report: &mut Report) -> f64 {
    let yodel = environment.serve(subject, "127.0.0.1:0").await;
    let window = environment.window().await;
    throttle(&window).await;
    window.go(&yodel.url).await;
    let shown = environment::wait_until(&window, "the first row", "probe.firstRow > 0 && probe.firstRow").await;
    let files = window.script("return probe.files()", Vec::new()).await;
    report.downloaded(subject, serde_json::from_value(files).expect("names and sizes"));
    window.close().await;
    shown.as_f64().expect("a time")
}

async fn throttle(window: &Window) {
    let network = json!({ "offline": false, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP });
    window.devtools("Network.enable", json!({})).await;
    window.devtools("Network.emulateNetworkConditions", network).await;
    window.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": CPU_SLOWDOWN })).await;
}
