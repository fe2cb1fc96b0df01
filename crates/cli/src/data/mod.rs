//! `yodel data`: checks, repairs and exports the folder of `yodel serve --data`.
//!
//! | concern | module |
//! |---|---|
//! | flags | `options` |
//! | errors | `error` |

mod error;
mod options;

use std::io::{self, BufWriter, Write};

use yodel_server::{Damage, check_data, export_data, repair_data};

pub use error::DataError;
use options::{CheckFlags, ExportFlags, RepairFlags};

pub use options::DataCommand;

/// Runs a subcommand and writes its result to standard output.
///
/// # Errors
/// Returns an error if the folder cannot be used, or is damaged and not repaired.
pub fn run(command: &DataCommand) -> Result<(), DataError> {
    match command {
        DataCommand::Check(flags) => check(flags),
        DataCommand::Repair(flags) => repair(flags),
        DataCommand::Export(flags) => export(flags),
    }
}

fn check(flags: &CheckFlags) -> Result<(), DataError> {
    let report = check_data(&flags.dir)?;
    let mut out = io::stdout().lock();
    write_damage(&mut out, &report.damage)?;
    writeln!(out, "{} rooms, {} records, {} bytes", report.rooms, report.records, report.bytes)
        .map_err(DataError::Output)?;
    if report.damage.is_empty() { Ok(()) } else { Err(DataError::Damaged { found: report.damage.len() }) }
}

fn repair(flags: &RepairFlags) -> Result<(), DataError> {
    let report = repair_data(&flags.dir, flags.drop_damaged)?;
    let mut out = io::stdout().lock();
    write_damage(&mut out, &report.damage)?;
    for room in &report.renewed {
        writeln!(out, "room {room}: begins a new epoch").map_err(DataError::Output)?;
    }
    let Some(kept) = &report.kept else {
        return if report.damage.is_empty() {
            writeln!(out, "not damaged: nothing was changed").map_err(DataError::Output)
        } else {
            Err(DataError::NotRepaired { found: report.damage.len() })
        };
    };
    let kept = kept.display();
    writeln!(out, "{} records copied; the damaged database is kept as {kept}", report.copied).map_err(DataError::Output)
}

fn export(flags: &ExportFlags) -> Result<(), DataError> {
    let mut out = BufWriter::new(io::stdout().lock());
    let report = export_data(&flags.dir, &flags.room, &mut out)?;
    out.flush().map_err(DataError::Output)?;
    if report.damage.is_empty() { Ok(()) } else { Err(DataError::Damaged { found: report.damage.len() }) }
}

fn write_damage(out: &mut impl Write, damage: &[Damage]) -> Result<(), DataError> {
    damage.iter().try_for_each(|damage| writeln!(out, "{damage}")).map_err(DataError::Output)
}
