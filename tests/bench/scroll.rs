//! As many rows as our page keeps: going through all of them, up and down again.

use serde_json::{Value, json};
use support::publisher::{self, Flood};

use crate::contestant::Contestant;
use crate::figure::{Figure, Target};
use crate::probe::Seen;
use crate::processes::Watch;
use crate::report::Report;
use crate::stage::{Stage, Theatre};

const SECTION: &str = "100,000 rows, scrolled from end to end and back";

/// One less than our page keeps: the first row says that it is connected.
pub const MESSAGES: usize = 99_999;

/// Messages a second until they are there.
const RATE: u32 = 10_000;

/// From one end to the other, in milliseconds.
const TIME: u32 = 4_000;

/// Scrolls in a page of its own.
pub async fn measure(theatre: &Theatre, contestant: Contestant, report: &mut Report) {
    let figure = |name, target| Figure { section: SECTION, name, target };
    let stage = theatre.play(contestant).await;
    fill(&stage).await;
    let watch = Watch::start();
    Seen::start(&stage.window, "nothing more").await;
    let [first, _] = scroll(&stage, 1, 0).await;
    let [_, last] = scroll(&stage, 0, 1).await;
    let (seen, others) = (Seen::of(&stage.window).await, watch.others());
    let expected = publisher::text(MESSAGES);
    assert!(!first.contains("removed") && last.contains(&expected), "all are there, from {first} to {last}");
    let gaps = seen.gaps(0.0, f64::INFINITY);
    for (figure, value) in [
        (figure("between frames, p95, ms", Target::None), gaps.quantile(0.95)),
        (figure("between frames, longest, ms", Target::AtMost(50.0)), gaps.most()),
        (figure("longest task over 50 ms, ms", Target::AtMost(50.0)), seen.longest_task()),
        (figure("other work meanwhile, % of a core", Target::None), others),
    ] {
        report.add(figure, contestant, value);
    }
    stage.window.close().await;
}

/// Fills the page.
pub async fn fill(stage: &Stage) {
    Seen::start(&stage.window, &publisher::text(MESSAGES)).await;
    Flood::prepare(stage.yodel.address(), RATE, MESSAGES).await.run().await;
    stage.until("the last message is shown", "probe.lastShown").await;
}

/// Goes from an end to the other: the texts of the first and last row that are in the document then.
async fn scroll(stage: &Stage, from: u32, to: u32) -> [String; 2] {
    let ends = vec![json!(from), json!(to), json!(TIME)];
    let rows: Value = stage.window.script("return probe.scroll(...arguments)", ends).await;
    serde_json::from_value(rows).expect("two texts")
}
