//! Output of the tests.

use std::fmt::{Arguments, Write};
use std::io::Write as _;

use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::shrink;
use crate::world;

/// Maximum number of lines of a transcript that are printed.
const MAX_LINES: usize = 2_000;

/// Maximum number of runs to make a plan small.
const MAX_RUNS: usize = 1_500;

/// Prints a line, also in a test that passes.
pub fn print(line: Arguments<'_>) {
    // Not `println!`, whose output is captured in passing tests.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Makes the plan of a failed seed small, and prints what happens in it.
pub fn failure(plan: &Plan) {
    let outcome = world::run(plan);
    let seed = plan.noise;
    print(format_args!("\nSEED {seed} FAILED: {} steps, {} violations", plan.steps.len(), outcome.violations.len()));
    let (small, outcome) = shrink::shrink(plan, &outcome, MAX_RUNS);
    print(format_args!("{}", describe(&small, &outcome)));
}

/// Returns a plan and what happens in it as text.
pub fn describe(plan: &Plan, outcome: &Outcome) -> String {
    let mut text = format!(
        "{}, {} nodes, {} clients, {} rooms, history {}, narrow {}, noise {}, {} steps\n",
        plan.disk.map_or_else(|| "shared store".to_owned(), |durability| format!("disk ({durability})")),
        plan.nodes,
        plan.clients.len(),
        plan.rooms.len(),
        plan.history,
        plan.is_narrow,
        plan.noise,
        plan.steps.len()
    );
    for line in outcome.transcript.iter().take(MAX_LINES) {
        // Writing into a string does not fail.
        let _ = writeln!(text, "{:>3}.{:03} s  {}", line.at_ms / 1000, line.at_ms % 1000, line.text);
    }
    let rest = outcome.transcript.len().saturating_sub(MAX_LINES);
    if rest > 0 {
        let _ = writeln!(text, "           and {rest} more lines");
    }
    for violation in outcome.violations.iter().take(5) {
        let _ = writeln!(text, "{violation}");
    }
    text
}
