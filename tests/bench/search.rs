//! As many rows as our page keeps, looked through: when the first match is on the screen, and how long
//! the page is busy at a time meanwhile. The other page has no search.

use serde_json::json;
use support::publisher;

use crate::contestant::Contestant;
use crate::figure::{Figure, Target};
use crate::probe::Seen;
use crate::processes::Watch;
use crate::report::Report;
use crate::scroll;
use crate::stage::{Stage, Theatre};

const SECTION: &str = "100,000 rows, looked through";

/// What is typed. A rare one is in the oldest message alone, which is looked at last.
const SEARCHES: [(&str, &str); 3] = [
    ("a text in every row, first match shown after, ms", "message"),
    ("a text in the oldest row, shown after, ms", "message 00000001 "),
    ("an expression in the oldest row, shown after, ms", "/^message 0+1 /"),
];

/// Searches in a page of its own, three times.
pub async fn measure(theatre: &Theatre, report: &mut Report) {
    let figure = |name, target| Figure { section: SECTION, name, target };
    let stage = theatre.play(Contestant::Yodel).await;
    scroll::fill(&stage).await;
    stage.window.click("//button[.='Tools']").await;
    stage.until("the tools are there", "probe.field()").await;
    let watch = Watch::start();
    Seen::start(&stage.window, "nothing more").await;
    let mut shown = Vec::new();
    for (name, typed) in SEARCHES {
        shown.push((figure(name, Target::AtMost(100.0)), search(&stage, typed).await));
    }
    let (seen, others) = (Seen::of(&stage.window).await, watch.others());
    shown.push((figure("longest task over 50 ms, ms", Target::AtMost(50.0)), seen.longest_task()));
    shown.push((figure("other work meanwhile, % of a core", Target::None), others));
    for (figure, value) in shown {
        report.add(figure, Contestant::Yodel, value);
    }
    stage.window.close().await;
}

/// Types this in one piece: milliseconds until a match is on the screen. Then finds all rows again.
async fn search(stage: &Stage, typed: &str) -> f64 {
    let took = stage.window.script("return probe.search(arguments[0])", vec![json!(typed)]).await;
    let last = publisher::text(scroll::MESSAGES);
    stage.window.script("probe.find('')", Vec::new()).await;
    stage.until("all rows are shown", &format!("probe.isLast({})", json!(last))).await;
    took.as_f64().expect("a time")
}
