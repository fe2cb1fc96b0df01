//! The server is gone for a while, and somebody goes on typing: what becomes of it?

use std::time::Duration;

use thirtyfour::Key;
use tokio::time::{Instant, sleep_until, timeout};

use crate::contestant::Contestant;
use crate::figure::{Figure, Target};
use crate::report::Report;
use crate::stage::{self, Stage, Theatre};

const SECTION: &str = "The server is gone for 3 s, and five messages are typed";

/// What is typed meanwhile.
const TYPED: [&str; 5] = ["one", "two", "three", "four", "five"];

/// How long the server is gone.
const OUTAGE: Duration = Duration::from_secs(3);

/// A page that is not back by then never comes back.
const NEVER: Duration = Duration::from_secs(15);

/// Says whether the page has a connection again.
const IS_BACK: &str = "document.querySelectorAll('#divShow .list-group-item-info').length > 1";

/// Lets the server of a page die, and come back.
pub async fn measure(theatre: &Theatre, contestant: Contestant, report: &mut Report) {
    let figure = |name, target| Figure { section: SECTION, name, target };
    let stage = theatre.play(contestant).await;
    let address = stage.yodel.address().to_string();
    let back_at = Instant::now() + OUTAGE;
    let Stage { yodel, window } = stage;
    yodel.kill().await;
    stage::until(&window, "the close", "document.querySelector('#divShow .list-group-item-danger')").await;
    for text in TYPED {
        window.press(text).await;
        window.press(Key::Enter).await;
    }
    sleep_until(back_at).await;
    let stage = Stage { yodel: theatre.serve(contestant, &address).await, window };
    let waiting = Instant::now();
    let back = timeout(NEVER, stage.until("a connection", IS_BACK)).await;
    let after = back.map_or(f64::INFINITY, |_| waiting.elapsed().as_secs_f64() * 1000.0);
    report.add(figure("connected again after, ms", Target::None), contestant, after);
    report.add(figure("of them lost", Target::AtMost(0.0)), contestant, lost(&stage).await);
    stage.window.close().await;
}

/// How many of the typed messages the server has not sent back.
async fn lost(stage: &Stage) -> f64 {
    let arrived = "[...document.querySelectorAll('.list-group-item-warning')].map((row) => row.textContent)";
    let all = format!("{arrived}.length >= {}", TYPED.len());
    let _ = timeout(OUTAGE, stage.until("everything comes back", &all)).await;
    let rows = stage.until("the rows", arrived).await;
    let is_there = |text: &&&str| rows.as_array().expect("rows").iter().any(|row| row.to_string().contains(**text));
    (TYPED.len() - TYPED.iter().filter(is_there).count()) as f64
}
