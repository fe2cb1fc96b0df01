//! An outage of the server during keyboard input: time to reconnect and lost messages.

use std::time::Duration;

use thirtyfour::Key;
use tokio::time::{Instant, sleep_until, timeout};

use crate::environment::{self, BenchEnvironment, PageSession};
use crate::metric::{Metric, Target};
use crate::report::Report;
use crate::subject::Subject;

const SECTION: &str = "The server is gone for 3 s, and five messages are typed";

/// Messages typed during the outage.
const TYPED: [&str; 5] = ["one", "two", "three", "four", "five"];

/// Duration of the outage.
const OUTAGE: Duration = Duration::from_secs(3);

/// Time limit of the reconnect.
const RECONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// `true` if the page is connected again.
const IS_RECONNECTED: &str = "document.querySelectorAll('#divShow .list-group-item-info').length > 1";

/// Kills and restarts the server of a page.
pub async fn measure(environment: &BenchEnvironment, subject: Subject, report: &mut Report) {
    let metric = |name, target| Metric { section: SECTION, name, target };
    let session = environment.open_page(subject).await;
    let address = session.yodel.address().to_string();
    let back_at = Instant::now() + OUTAGE;
    let PageSession { yodel, window } = session;
    yodel.kill().await;
    environment::wait_until(&window, "the close", "document.querySelector('#divShow .list-group-item-danger')").await;
    for text in TYPED {
        window.press(text).await;
        window.press(Key::Enter).await;
    }
    sleep_until(back_at).await;
    let session = PageSession { yodel: environment.serve(subject, &address).await, window };
    let waiting = Instant::now();
    let back = timeout(RECONNECT_TIMEOUT, session.wait_until("a connection", IS_RECONNECTED)).await;
    let after = back.map_or(f64::INFINITY, |_| waiting.elapsed().as_secs_f64() * 1000.0);
    report.add(metric("connected again after, ms", Target::None), subject, after);
    report.add(metric("of them lost", Target::AtMost(0.0)), subject, lost(&session).await);
    session.window.close().await;
}

/// Returns the number of typed messages that were not echoed.
async fn lost(session: &PageSession) -> f64 {
    let arrived = "[...document.querySelectorAll('.list-group-item-warning')].map((row) => row.textContent)";
    let all = format!("{arrived}.length >= {}", TYPED.len());
    let _ = timeout(OUTAGE, session.wait_until("all echoes", &all)).await;
    let rows = session.wait_until("the rows", arrived).await;
    let is_echoed = |text: &&&str| rows.as_array().expect("rows").iter().any(|row| row.to_string().contains(**text));
    (TYPED.len() - TYPED.iter().filter(is_echoed).count()) as f64
}
