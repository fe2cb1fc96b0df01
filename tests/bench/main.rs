//! Benchmark of the page in Chromium, compared with a page made as in tutorials: the cost of a message, a row,
//! a visit and an outage. The release binary serves both pages, one after the other in each round, on the same
//! machine. Prints the results as tables.
//!
//! | content | module |
//! |---|---|
//! | 10,000 and 20,000 messages a second | [`flood`] |
//! | the same beside Tools, rules and a second connection | [`workbench`] |
//! | scrolling and searching 100,000 rows | [`scroll`], [`search`] |
//! | a first visit over a slow network | [`load`] |
//! | an outage | [`reconnect`] |
//! | the two pages; browser, server and window of a run | [`subject`], [`tutorial`]; [`environment`] |
//! | keyboard input, processes, measurements inside the page | [`keyboard`], [`processes`], [`probe`] and `probe.js` |
//! | metrics with their targets, statistics, the tables | [`metric`], [`samples`], [`report`] |
//!
//! `ROUNDS` sets the number of rounds. Arguments select benchmarks by module name, such as `scroll`.

// The values are small and are printed with at most two decimals.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

mod environment;
mod flood;
mod keyboard;
mod load;
mod metric;
mod probe;
mod processes;
mod reconnect;
mod report;
mod samples;
mod scroll;
mod search;
mod subject;
mod tutorial;
mod workbench;

use environment::BenchEnvironment;
use report::Report;
use subject::Subject;

/// Default number of rounds, which shows the noise of each metric.
const ROUNDS: u32 = 3;

#[tokio::main]
async fn main() {
    let rounds = std::env::var("ROUNDS").ok().filter(|rounds| !rounds.is_empty());
    let rounds = rounds.map_or(ROUNDS, |rounds| rounds.parse().expect("ROUNDS is a number"));
    // Cargo adds the flag `--bench`.
    let selected: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let is_selected = |name: &str| selected.is_empty() || selected.iter().any(|other| other == name);

    let environment = BenchEnvironment::open().await;
    let mut report = Report::new(environment.browser_name().await, rounds);
    for round in 1..=rounds {
        for subject in Subject::in_turn(round) {
            eprintln!("==> round {round} of {rounds}: {subject}");
            if is_selected("flood") {
                flood::measure(&environment, subject, &mut report).await;
            }
            if is_selected("scroll") {
                scroll::measure(&environment, subject, &mut report).await;
            }
            if is_selected("reconnect") {
                reconnect::measure(&environment, subject, &mut report).await;
            }
        }
        if is_selected("workbench") {
            workbench::measure(&environment, &mut report).await;
        }
        if is_selected("search") {
            search::measure(&environment, &mut report).await;
        }
        if is_selected("load") {
            load::measure(&environment, round, &mut report).await;
        }
    }
    report.publish();
}
