//! The page in Chromium, beside one that is made as tutorials make it: what a message, a row, a visit
//! and an outage cost. Both are served by the release binary, one after the other in each round, on
//! the same machine; a table says what came of it.
//!
//! | idea | file |
//! |---|---|
//! | 10,000 and 20,000 messages a second | [`flood`] |
//! | 100,000 rows: gone through, looked through | [`scroll`], [`search`] |
//! | a first visit over a slow network | [`load`] |
//! | an outage | [`reconnect`] |
//! | the two pages; one of them in a window | [`contestant`], [`tutorial`]; [`stage`] |
//! | keys, processes, what the page sees | [`keyboard`], [`processes`], [`probe`] and `probe.js` |
//! | figures, what they should be, the table | [`figure`], [`samples`], [`report`] |
//!
//! `ROUNDS` says how many rounds; words on the command line choose among the five.

// Figures are small, and printed with a digit or none after the point.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

mod contestant;
mod figure;
mod flood;
mod keyboard;
mod load;
mod probe;
mod processes;
mod reconnect;
mod report;
mod samples;
mod scroll;
mod search;
mod stage;
mod tutorial;

use contestant::Contestant;
use report::Report;
use stage::Theatre;

/// Each figure's noise is seen from so many.
const ROUNDS: u32 = 3;

#[tokio::main]
async fn main() {
    let rounds = std::env::var("ROUNDS").ok().filter(|rounds| !rounds.is_empty());
    let rounds = rounds.map_or(ROUNDS, |rounds| rounds.parse().expect("ROUNDS is a number"));
    // Cargo adds a flag of its own.
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);

    let theatre = Theatre::open().await;
    let mut report = Report::new(theatre.browser_name().await, rounds);
    for round in 1..=rounds {
        for contestant in Contestant::in_turn(round) {
            eprintln!("==> round {round} of {rounds}: {contestant}");
            if wanted("flood") {
                flood::measure(&theatre, contestant, &mut report).await;
            }
            if wanted("scroll") {
                scroll::measure(&theatre, contestant, &mut report).await;
            }
            if wanted("reconnect") {
                reconnect::measure(&theatre, contestant, &mut report).await;
            }
        }
        if wanted("search") {
            search::measure(&theatre, &mut report).await;
        }
        if wanted("load") {
            load::measure(&theatre, round, &mut report).await;
        }
    }
    report.publish();
}
