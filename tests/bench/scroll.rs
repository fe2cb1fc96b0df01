//! Scrolling through the maximum number of rows that the page keeps.

use serde_json::{Value, json};
use support::publisher::{self, Flood};

use crate::environment::{BenchEnvironment, PageSession};
use crate::metric::{Metric, Target};
use crate::probe::ProbeReport;
use crate::processes::CpuMonitor;
use crate::report::Report;
use crate::subject::Subject;

const SECTION: &str = "100,000 rows, scrolled from end to end and back";

/// Messages, one less than the page's limit of rows: the first row reports the connection.
pub const MESSAGES: usize = 99_999;

/// Messages per second while the page is filled.
const RATE: u32 = 10_000;

/// Duration of scrolling from one end to the other in milliseconds.
const SCROLL_MS: u32 = 4_000;

/// Scrolls in a new page.
pub async fn measure(environment: &BenchEnvironment, subject: Subject, report: &mut Report) {
    let metric = |name, target| Metric { section: SECTION, name, target };
    let session = environment.open_page(subject).await;
    fill(&session).await;
    let cpu = CpuMonitor::start();
    ProbeReport::start(&session.window, "nothing more").await;
    let [first, _] = scroll(&session, 1, 0).await;
    let [_, last] = scroll(&session, 0, 1).await;
    let (observed, others) = (ProbeReport::of(&session.window).await, cpu.other_load());
    let expected = publisher::text(MESSAGES);
    assert!(
        !first.contains("removed") && last.contains(&expected),
        "all messages are in the list, from {first} to {last}"
    );
    let gaps = observed.gaps(0.0, f64::INFINITY);
    for (metric, value) in [
        (metric("between frames, p95, ms", Target::None), gaps.quantile(0.95)),
        (metric("between frames, longest, ms", Target::AtMost(50.0)), gaps.max()),
        (metric("longest task over 50 ms, ms", Target::AtMost(50.0)), observed.longest_task()),
        (metric("other work meanwhile, % of a core", Target::None), others),
    ] {
        report.add(metric, subject, value);
    }
    session.window.close().await;
}

/// Fills the list of a page.
pub async fn fill(session: &PageSession) {
    ProbeReport::start(&session.window, &publisher::text(MESSAGES)).await;
    Flood::prepare(session.yodel.address(), RATE, MESSAGES).await.run().await;
    session.wait_until("the last message is shown", "probe.lastShown").await;
}

/// Scrolls from one end (0 or 1) to the other. Returns the texts of the first and the last row in the document then.
async fn scroll(session: &PageSession, from: u32, to: u32) -> [String; 2] {
    let ends = vec![json!(from), json!(to), json!(SCROLL_MS)];
    let rows: Value = session.window.script("return probe.scroll(...arguments)", ends).await;
    serde_json::from_value(rows).expect("two texts")
}
