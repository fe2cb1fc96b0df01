//! Search in the maximum number of rows that the page keeps: time until the first match is painted, and long
//! tasks. The other page has no search.

use serde_json::json;
use support::publisher;

use crate::environment::{BenchEnvironment, PageSession};
use crate::metric::{Metric, Target};
use crate::probe::ProbeReport;
use crate::processes::CpuMonitor;
use crate::report::Report;
use crate::scroll;
use crate::subject::Subject;

const SECTION: &str = "100,000 rows, looked through";

/// Metrics with their search terms. The rare ones match the oldest message only, which is searched last.
const SEARCHES: [(&str, &str); 3] = [
    ("a text in every row, first match shown after, ms", "message"),
    ("a text in the oldest row, shown after, ms", "message 00000001 "),
    ("an expression in the oldest row, shown after, ms", "/^message 0+1 /"),
];

/// Runs all searches in a new page.
pub async fn measure(environment: &BenchEnvironment, report: &mut Report) {
    let metric = |name, target| Metric { section: SECTION, name, target };
    let session = environment.open_page(Subject::Yodel).await;
    scroll::fill(&session).await;
    session.window.click("//button[.='Tools']").await;
    session.wait_until("the search field", "probe.field()").await;
    let cpu = CpuMonitor::start();
    ProbeReport::start(&session.window, "nothing more").await;
    let mut shown = Vec::new();
    for (name, typed) in SEARCHES {
        shown.push((metric(name, Target::AtMost(100.0)), search(&session, typed).await));
    }
    let (observed, others) = (ProbeReport::of(&session.window).await, cpu.other_load());
    shown.push((metric("longest task over 50 ms, ms", Target::AtMost(50.0)), observed.longest_task()));
    shown.push((metric("other work meanwhile, % of a core", Target::None), others));
    for (metric, value) in shown {
        report.add(metric, Subject::Yodel, value);
    }
    session.window.close().await;
}

/// Enters a search term and returns the time until a match is painted in milliseconds. Clears the search afterwards.
async fn search(session: &PageSession, term: &str) -> f64 {
    let took = session.window.script("return probe.search(arguments[0])", vec![json!(term)]).await;
    let last = publisher::text(scroll::MESSAGES);
    session.window.script("probe.find('')", Vec::new()).await;
    session.wait_until("all rows are shown", &format!("probe.isLast({})", json!(last))).await;
    took.as_f64().expect("a time")
}
