//! Flags of `yodel data`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use yodel_server::RoomName;

/// Subcommands of `yodel data`. The documentation of a field is the help of its flag.
#[derive(Clone, Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum DataCommand {
    /// Read everything in a folder, and list what is damaged
    Check(CheckFlags),
    /// Copy everything that can be read into a new database
    Repair(RepairFlags),
    /// Write the history of a room as lines of JSON
    Export(ExportFlags),
}

const EXAMPLES: &str = "\
The folder must not be in use: stop the server first, or copy the folder.

Examples:
  yodel data check /var/lib/yodel
  yodel data repair /var/lib/yodel --drop-damaged
  yodel data export /var/lib/yodel --room chat > chat.jsonl";

/// Flags of `yodel data check`.
#[derive(Args, Clone, Debug)]
pub struct CheckFlags {
    /// Folder of `yodel serve --data`
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Flags of `yodel data repair`.
#[derive(Args, Clone, Debug)]
pub struct RepairFlags {
    /// Folder of `yodel serve --data`
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,

    /// Give up what is damaged; without this flag, only list it
    ///
    /// Rooms whose last messages may be missing begin new epochs, so that clients learn about it. The damaged database is
    /// kept beside the new one.
    #[arg(long)]
    pub drop_damaged: bool,
}

/// Flags of `yodel data export`.
#[derive(Args, Clone, Debug)]
pub struct ExportFlags {
    /// Folder of `yodel serve --data`
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,

    /// Room to export
    #[arg(long, value_name = "NAME", value_parser = room)]
    pub room: RoomName,
}

fn room(text: &str) -> Result<RoomName, String> {
    RoomName::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::*;

    fn is_valid(arguments: &str) -> bool {
        let command = DataCommand::augment_subcommands(Command::new("data").no_binary_name(true));
        command.try_get_matches_from(arguments.split_whitespace()).is_ok()
    }

    #[test]
    fn every_command_needs_a_folder_and_an_export_a_room() {
        for valid in ["check d", "repair d", "repair d --drop-damaged", "export d --room chat"] {
            assert!(is_valid(valid), "{valid}");
        }
        for invalid in ["check", "repair --drop-damaged", "export d", "export --room chat"] {
            assert!(!is_valid(invalid), "{invalid}");
        }
    }
}
