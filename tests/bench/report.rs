//! The tables: each figure as the median of all rounds with the smallest and the largest in brackets,
//! for both pages, and how many times the other page's ours is. Ratios are of values measured one
//! right after the other, so that a machine that is faster or slower from minute to minute does them
//! little harm.

use std::fmt::Write;
use std::fs;

use support::yodel::root;

use crate::contestant::Contestant;
use crate::figure::Figure;
use crate::samples::Samples;

/// Where the report goes, besides standard output.
const FILE: &str = "target/bench-page.md";

const HEAD: &str = "| | Yodel | jQuery | ratio | promised | kept |\n|---|---|---|---|---|---|\n";

/// Name, bytes over the wire, bytes unpacked.
pub type Download = (String, u64, u64);

/// What came of it.
#[derive(Debug)]
pub struct Report {
    browser: String,
    rounds: u32,
    lines: Vec<Line>,
    downloads: Vec<(Contestant, Vec<Download>)>,
}

/// A figure, measured so many times.
#[derive(Debug)]
struct Line {
    figure: Figure,
    yodel: Vec<f64>,
    tutorial: Vec<f64>,
}

impl Report {
    pub fn new(browser: String, rounds: u32) -> Self {
        Self { browser, rounds, lines: Vec::new(), downloads: Vec::new() }
    }

    /// Something was measured.
    pub fn add(&mut self, figure: Figure, contestant: Contestant, value: f64) {
        eprintln!("    {contestant}, {}: {} {}", figure.section, figure.name, number(value));
        let known = self.lines.iter().position(|line| line.figure == figure);
        let place = known.unwrap_or_else(|| {
            self.lines.push(Line { figure, yodel: Vec::new(), tutorial: Vec::new() });
            self.lines.len() - 1
        });
        match contestant {
            Contestant::Yodel => self.lines[place].yodel.push(value),
            Contestant::Tutorial => self.lines[place].tutorial.push(value),
        }
    }

    /// A page was downloaded: the same files each time.
    pub fn downloaded(&mut self, contestant: Contestant, files: Vec<Download>) {
        if self.downloads.iter().all(|(known, _)| *known != contestant) {
            self.downloads.push((contestant, files));
        }
    }

    /// Prints the tables and writes them to a file.
    pub fn publish(&self) {
        let text = self.text();
        fs::write(root().join(FILE), &text).expect("it can be written");
        print!("{text}");
    }

    fn text(&self) -> String {
        let processors = std::thread::available_parallelism().map_or(1, Into::into);
        let (browser, rounds) = (&self.browser, self.rounds);
        let mut text = format!("{browser}, {processors} processors, {rounds} rounds: median (least-most).\n");
        let mut section = "";
        for line in &self.lines {
            if line.figure.section != section {
                section = line.figure.section;
                let _ = write!(text, "\n### {section}\n\n{HEAD}");
            }
            text.push_str(&line.text());
        }
        for (contestant, files) in &self.downloads {
            text.push_str(&downloads(*contestant, files));
        }
        text
    }
}

impl Line {
    fn text(&self) -> String {
        let Figure { name, target, .. } = self.figure;
        // What only our page does is no times of anything.
        let theirs = self.tutorial.iter().copied().chain(std::iter::repeat(f64::NAN));
        let ratios: Vec<f64> = self.yodel.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
        let (yodel, tutorial, ratio) = (cell(&self.yodel), cell(&self.tutorial), times(&ratios));
        format!("| {name} | {yodel} | {tutorial} | {ratio} | {} | {} |\n", target.words(), self.verdict(&ratios))
    }

    /// Whether the promise was kept each time.
    fn verdict(&self, ratios: &[f64]) -> String {
        let values = self.yodel.iter().zip(ratios);
        let verdicts: Vec<bool> =
            values.filter_map(|(value, ratio)| self.figure.target.is_reached(*value, *ratio)).collect();
        let kept = verdicts.iter().filter(|kept| **kept).count();
        match verdicts.len() {
            0 => String::new(),
            all if kept == all => "yes".to_owned(),
            _ if kept == 0 => "no".to_owned(),
            all => format!("{kept} of {all}"),
        }
    }
}

fn downloads(contestant: Contestant, files: &[Download]) -> String {
    let total = files.iter().fold((0, 0), |(wire, unpacked), file| (wire + file.1, unpacked + file.2));
    let mut text = format!("\n### What {contestant} downloads\n\n| | bytes | unpacked |\n|---|---|---|\n");
    for (name, wire, unpacked) in files {
        let _ = writeln!(text, "| `{name}` | {wire} | {unpacked} |");
    }
    let _ = writeln!(text, "| together | {} | {} |", total.0, total.1);
    text
}

/// The middle and the ends.
fn cell(values: &[f64]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let samples: Samples = values.iter().copied().collect();
    let (middle, least, most) = (number(samples.median()), number(samples.least()), number(samples.most()));
    if least == most { middle } else { format!("{middle} ({least}-{most})") }
}

fn times(ratios: &[f64]) -> String {
    // Nothing lost, and never, are no times of anything.
    if ratios.iter().any(|ratio| !ratio.is_finite() || *ratio == 0.0) { String::new() } else { cell(ratios) }
}

fn number(value: f64) -> String {
    match value.abs() {
        never if never.is_infinite() => "never".to_owned(),
        small if small < 10.0 && small.fract() != 0.0 => format!("{value:.2}"),
        middle if middle < 100.0 && middle.fract() != 0.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
