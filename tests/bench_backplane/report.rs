//! The result table: the median of all rounds, with minimum and maximum in parentheses.

use std::fmt::Write;
use std::fs;

use support::yodel::root;

use crate::samples::Samples;

/// File of the report, relative to the repository. It is also printed.
const FILE: &str = "target/bench-backplane.md";

/// Results of all rounds.
#[derive(Debug)]
pub struct Report {
    rounds: u32,
    rows: Vec<TableRow>,
}

#[derive(Debug)]
struct TableRow {
    name: String,
    /// Largest value that is promised.
    at_most: Option<f64>,
    values: Vec<f64>,
}

impl Report {
    pub fn new(rounds: u32) -> Self {
        Self { rounds, rows: Vec::new() }
    }

    /// Adds a value; `name` contains the unit.
    pub fn add(&mut self, name: &str, value: f64) {
        self.add_value(name, None, value);
    }

    /// Adds a value that is promised to be at most `at_most`.
    pub fn add_with_target(&mut self, name: &str, at_most: f64, value: f64) {
        self.add_value(name, Some(at_most), value);
    }

    fn add_value(&mut self, name: &str, at_most: Option<f64>, value: f64) {
        eprintln!("    {name}: {}", number(value));
        match self.rows.iter_mut().find(|row| row.name == name) {
            Some(row) => row.values.push(value),
            None => self.rows.push(TableRow { name: name.to_owned(), at_most, values: vec![value] }),
        }
    }

    /// Prints the table and writes it to a file.
    pub fn publish(&self) {
        let text = self.text();
        fs::write(root().join(FILE), &text).expect("file is writable");
        print!("{text}");
    }

    fn text(&self) -> String {
        let processors = std::thread::available_parallelism().map_or(1, Into::into);
        let mut text = format!("{processors} processors, {} rounds: median (minimum-maximum).\n\n", self.rounds);
        text.push_str("| | | target | met |\n|---|---|---|---|\n");
        for row in &self.rows {
            let samples: Samples = row.values.iter().copied().collect();
            let (median, min, max) = (number(samples.median()), number(samples.min()), number(samples.max()));
            let value = if min == max { median } else { format!("{median} ({min}-{max})") };
            let (target, met) = row.at_most.map_or_else(Default::default, |most| {
                let met = row.values.iter().filter(|value| **value <= most).count();
                (format!("at most {most}"), format!("{met} of {}", row.values.len()))
            });
            let _ = writeln!(text, "| {} | {value} | {target} | {met} |", row.name);
        }
        text
    }
}

fn number(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 && small.fract() != 0.0 => format!("{value:.2}"),
        middle if middle < 100.0 && middle.fract() != 0.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
