//! Messages faster than anybody reads: does the page stay fluid, does it take keys, does it count right?

use std::time::Duration;

use support::publisher::{self, Flood, Sent};

use crate::contestant::Contestant;
use crate::figure::{Figure, Target};
use crate::keyboard::Keyboard;
use crate::probe::Seen;
use crate::processes::{self, Watch};
use crate::report::Report;
use crate::stage::{Stage, Theatre};

/// Messages a second, and the frames a second that are promised then.
const RATES: [(&str, u32, f64); 2] =
    [("10,000 messages a second", 10_000, 55.0), ("20,000 messages a second", 20_000, 50.0)];

/// How long, in seconds.
const TIME: usize = 8;

/// Keys, five a second: the last one while messages still come. A browser without a screen shows a key
/// that is alone only with whatever changes next.
const KEYS: usize = 38;

/// Floods a page of its own at each rate.
pub async fn measure(theatre: &Theatre, contestant: Contestant, report: &mut Report) {
    for (section, rate, frames) in RATES {
        let figure = |name, target| Figure { section, name, target };
        let stage = theatre.play(contestant).await;
        let messages = rate as usize * TIME;
        let watch = Watch::start();
        let (seen, sent, shown) = flood(&stage, rate, messages).await;
        let others = watch.others();
        let gaps = seen.gaps(sent.from, shown);
        let lost = messages.abs_diff(seen.received);
        let memory = processes::renderer_memory(&stage.window.process().expect("it runs"));
        for (figure, value) in [
            (figure("frames a second", Target::AtLeast(frames)), seen.rate(sent.from, sent.to)),
            (figure("between frames, p95, ms", Target::AtMost(25.0)), gaps.quantile(0.95)),
            (figure("between frames, longest, ms", Target::None), gaps.most()),
            (figure("longest task over 50 ms, ms", Target::AtMost(50.0)), seen.longest_task()),
            (figure("key painted, p95, ms", Target::None), seen.keys().quantile(0.95)),
            (figure("key painted, slowest, ms", Target::AtMost(50.0)), seen.keys().most()),
            (figure("last message shown after, ms", Target::AtMost(100.0)), shown - sent.last),
            (figure("messages counted wrong", Target::AtMost(0.0)), lost as f64),
            (figure("renderer's memory at its highest, MiB", Target::AtMost(250.0)), memory),
            (figure("other work meanwhile, % of a core", Target::None), others),
        ] {
            report.add(figure, contestant, value);
        }
        stage.window.close().await;
    }
}

/// Floods the page while somebody types: what it saw, what was sent, and when the last message was on
/// the screen.
async fn flood(stage: &Stage, rate: u32, messages: usize) -> (Seen, Sent, f64) {
    Seen::start(&stage.window, &publisher::text(messages)).await;
    let flood = Flood::prepare(stage.yodel.address(), rate, messages).await;
    let mut keyboard = Keyboard::of(&stage.window).await;
    let (sent, ()) = tokio::join!(flood.run(), keyboard.press(KEYS));
    let shown = stage.until("the last message is shown", "probe.lastShown").await;
    stage.until("all keys arrived", &format!("probe.seen().pressed === {KEYS}")).await;
    // The browser tells how long a key took some time after it was painted.
    tokio::time::sleep(Duration::from_millis(500)).await;
    (Seen::of(&stage.window).await, sent, shown.as_f64().expect("a time"))
}
