//! Result tables: the median of all rounds for both pages, with minimum and maximum in parentheses, and the ratio
//! of the two. A ratio compares values measured one right after the other, so that slow changes of the machine's
//! speed cancel out.

use std::fmt::Write;
use std::fs;

use support::yodel::root;

use crate::metric::Metric;
use crate::samples::Samples;
use crate::subject::Subject;

/// File of the report, relative to the repository. It is also printed.
const FILE: &str = "target/bench-page.md";

const HEAD: &str = "| | Yodel | jQuery | ratio | target | met |\n|---|---|---|---|---|---|\n";

/// Name, transferred bytes and uncompressed bytes of a file.
pub type Download = (String, u64, u64);

/// Results of all rounds.
#[derive(Debug)]
pub struct Report {
    browser: String,
    rounds: u32,
    lines: Vec<TableRow>,
    downloads: Vec<(Subject, Vec<Download>)>,
}

/// A metric with its values of all rounds.
#[derive(Debug)]
struct TableRow {
    metric: Metric,
    yodel: Vec<f64>,
    tutorial: Vec<f64>,
}

impl Report {
    pub fn new(browser: String, rounds: u32) -> Self {
        Self { browser, rounds, lines: Vec::new(), downloads: Vec::new() }
    }

    /// Adds a measured value.
    pub fn add(&mut self, metric: Metric, subject: Subject, value: f64) {
        eprintln!("    {subject}, {}: {} {}", metric.section, metric.name, number(value));
        let existing = self.lines.iter().position(|line| line.metric == metric);
        let place = existing.unwrap_or_else(|| {
            self.lines.push(TableRow { metric, yodel: Vec::new(), tutorial: Vec::new() });
            self.lines.len() - 1
        });
        match subject {
            Subject::Yodel => self.lines[place].yodel.push(value),
            Subject::Tutorial => self.lines[place].tutorial.push(value),
        }
    }

    /// Records the downloads of a page. Later calls for the same page are ignored, because the files are the same.
    pub fn downloaded(&mut self, subject: Subject, files: Vec<Download>) {
        if self.downloads.iter().all(|(existing, _)| *existing != subject) {
            self.downloads.push((subject, files));
        }
    }

    /// Prints the tables and writes them to a file.
    pub fn publish(&self) {
        let text = self.text();
        fs::write(root().join(FILE), &text).expect("file is writable");
        print!("{text}");
    }

    fn text(&self) -> String {
        let processors = std::thread::available_parallelism().map_or(1, Into::into);
        let (browser, rounds) = (&self.browser, self.rounds);
        let mut text = format!("{browser}, {processors} processors, {rounds} rounds: median (minimum-maximum).\n");
        let mut section = "";
        for line in &self.lines {
            if line.metric.section != section {
                section = line.metric.section;
                let _ = write!(text, "\n### {section}\n\n{HEAD}");
            }
            text.push_str(&line.text());
        }
        for (subject, files) in &self.downloads {
            text.push_str(&downloads(*subject, files));
        }
        text
    }
}

impl TableRow {
    fn text(&self) -> String {
        let Metric { name, target, .. } = self.metric;
        // Metrics of one page only have no ratio.
        let tutorial = self.tutorial.iter().copied().chain(std::iter::repeat(f64::NAN));
        let ratios: Vec<f64> = self.yodel.iter().zip(tutorial).map(|(ours, tutorial)| ours / tutorial).collect();
        let (yodel, tutorial, ratio) = (cell(&self.yodel), cell(&self.tutorial), ratio_cell(&ratios));
        format!("| {name} | {yodel} | {tutorial} | {ratio} | {} | {} |\n", target.describe(), self.verdict(&ratios))
    }

    /// Returns `yes`, `no`, or the number of rounds that met the target; empty without a target.
    fn verdict(&self, ratios: &[f64]) -> String {
        let values = self.yodel.iter().zip(ratios);
        let verdicts: Vec<bool> =
            values.filter_map(|(value, ratio)| self.metric.target.is_met(*value, *ratio)).collect();
        let met = verdicts.iter().filter(|met| **met).count();
        match verdicts.len() {
            0 => String::new(),
            all if met == all => "yes".to_owned(),
            _ if met == 0 => "no".to_owned(),
            all => format!("{met} of {all}"),
        }
    }
}

fn downloads(subject: Subject, files: &[Download]) -> String {
    let total = files.iter().fold((0, 0), |(wire, unpacked), file| (wire + file.1, unpacked + file.2));
    let mut text = format!("\n### Downloads of {subject}\n\n| | bytes | uncompressed |\n|---|---|---|\n");
    for (name, wire, unpacked) in files {
        let _ = writeln!(text, "| `{name}` | {wire} | {unpacked} |");
    }
    let _ = writeln!(text, "| total | {} | {} |", total.0, total.1);
    text
}

/// Formats the median, with minimum and maximum in parentheses when they differ.
fn cell(values: &[f64]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let samples: Samples = values.iter().copied().collect();
    let (median, min, max) = (number(samples.median()), number(samples.min()), number(samples.max()));
    if min == max { median } else { format!("{median} ({min}-{max})") }
}

fn ratio_cell(ratios: &[f64]) -> String {
    // Ratios of zero or infinity are not meaningful.
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
