//! A first visit with a slow processor and a slow network: how much is downloaded, and when the row
//! is there that says that the page is connected.

use serde_json::json;
use support::window::Window;

use crate::contestant::Contestant;
use crate::figure::{Figure, Target};
use crate::report::Report;
use crate::stage::{self, Theatre};

const SECTION: &str = "A first visit over Slow 4G, on a processor slowed down four times";

/// Visits of each page in a round.
const VISITS: u32 = 3;

/// How many times the processor is slowed down.
const SLOWER: u32 = 4;

/// What Chromium calls "Slow 4G": nine tenths of 1.6 Mbit/s and 750 kbit/s, in bytes; in milliseconds.
const DOWN: u32 = 180_000;
const UP: u32 = 84_375;
const LATENCY: f64 = 562.5;

/// Visits the pages in turns.
pub async fn measure(theatre: &Theatre, round: u32, report: &mut Report) {
    for visit in 0..VISITS {
        for contestant in Contestant::in_turn(round + visit) {
            let figure =
                Figure { section: SECTION, name: "first row shown after, ms", target: Target::RatioAtMost(1.3) };
            let shown = first_row(theatre, contestant, report).await;
            report.add(figure, contestant, shown);
        }
    }
}

/// How long until the first row is seen.
async fn first_row(theatre: &Theatre, contestant: Contestant, report: &mut Report) -> f64 {
    let yodel = theatre.serve(contestant, "127.0.0.1:0").await;
    let window = theatre.window().await;
    slow_down(&window).await;
    window.go(&yodel.url).await;
    let shown = stage::until(&window, "the first row", "probe.firstRow > 0 && probe.firstRow").await;
    let files = window.script("return probe.files()", Vec::new()).await;
    report.downloaded(contestant, serde_json::from_value(files).expect("names and sizes"));
    window.close().await;
    shown.as_f64().expect("a time")
}

async fn slow_down(window: &Window) {
    let network = json!({ "offline": false, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP });
    window.devtools("Network.enable", json!({})).await;
    window.devtools("Network.emulateNetworkConditions", network).await;
    window.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await;
}
