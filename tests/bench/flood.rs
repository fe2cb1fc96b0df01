//! Floods of messages: frame rate, input latency and exact counting.

use std::time::Duration;

use support::publisher::{self, Flood, SendTimes};

use crate::environment::{BenchEnvironment, PageSession};
use crate::keyboard::Keyboard;
use crate::metric::{Metric, Target};
use crate::probe::ProbeReport;
use crate::processes::{self, CpuMonitor};
use crate::report::Report;
use crate::subject::Subject;

/// Sections with their rate in messages per second and their target in frames per second.
const RATES: [(&str, u32, f64); 2] =
    [("10,000 messages a second", 10_000, 55.0), ("20,000 messages a second", 20_000, 50.0)];

/// Duration of a flood in seconds.
const DURATION: usize = 8;

/// Number of keys, at five per second. The last one is pressed during the flood, because a headless browser paints a
/// key only together with another change.
const KEYS: usize = 38;

/// Floods a new page at each rate.
pub async fn measure(environment: &BenchEnvironment, subject: Subject, report: &mut Report) {
    for (section, rate, frames) in RATES {
        let session = environment.open_page(subject).await;
        measure_page(&session, (section, rate, frames), subject, report).await;
        session.window.close().await;
    }
}

/// Floods an open page at a rate in messages per second. The target is in frames per second.
pub async fn measure_page(
    session: &PageSession,
    (section, rate, frames): (&'static str, u32, f64),
    subject: Subject,
    report: &mut Report,
) {
    let metric = |name, target| Metric { section, name, target };
    let messages = rate as usize * DURATION;
    let cpu = CpuMonitor::start();
    let (observed, sent, shown) = flood(session, rate, messages).await;
    let others = cpu.other_load();
    let gaps = observed.gaps(sent.from, shown);
    let lost = messages.abs_diff(observed.received);
    let memory = processes::renderer_memory(&session.window.process().expect("browser is running"));
    for (metric, value) in [
        (metric("frames a second", Target::AtLeast(frames)), observed.rate(sent.from, sent.to)),
        (metric("between frames, p95, ms", Target::AtMost(25.0)), gaps.quantile(0.95)),
        (metric("between frames, longest, ms", Target::None), gaps.max()),
        (metric("longest task over 50 ms, ms", Target::AtMost(50.0)), observed.longest_task()),
        (metric("key painted, p95, ms", Target::None), observed.keys().quantile(0.95)),
        (metric("key painted, slowest, ms", Target::AtMost(50.0)), observed.keys().max()),
        (metric("last message shown after, ms", Target::AtMost(100.0)), shown - sent.last),
        (metric("messages counted wrong", Target::AtMost(0.0)), lost as f64),
        (metric("renderer's memory at its highest, MiB", Target::AtMost(250.0)), memory),
        (metric("other work meanwhile, % of a core", Target::None), others),
    ] {
        report.add(metric, subject, value);
    }
}

/// Floods the page during keyboard input. Returns the page's measurements, the send times, and the time at
/// which the last message was painted, in milliseconds since 1970.
async fn flood(session: &PageSession, rate: u32, messages: usize) -> (ProbeReport, SendTimes, f64) {
    ProbeReport::start(&session.window, &publisher::text(messages)).await;
    let flood = Flood::prepare(session.yodel.address(), rate, messages).await;
    let mut keyboard = Keyboard::of(&session.window).await;
    let (sent, ()) = tokio::join!(flood.run(), keyboard.press(KEYS));
    let shown = session.wait_until("the last message is shown", "probe.lastShown").await;
    session.wait_until("all keys arrived", &format!("probe.report().pressed === {KEYS}")).await;
    // The browser reports the duration of a key some time after painting it.
    tokio::time::sleep(Duration::from_millis(500)).await;
    (ProbeReport::of(&session.window).await, sent, shown.as_f64().expect("a time"))
}
