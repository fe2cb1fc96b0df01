//! `yodel man`: the manual page of a command.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_mangen::Man;

/// The flags of `yodel man`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ManFlags {
    /// The command, such as `serve` or `load echo`; without one the page of `yodel`.
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

const EXAMPLES: &str = "\
To read or install it:
  yodel man serve | man -l -
  yodel man > ~/.local/share/man/man1/yodel.1
  yodel man serve > ~/.local/share/man/man1/yodel-serve.1";

/// Why there is no manual page.
#[derive(Debug, thiserror::Error)]
pub enum ManError {
    /// The command does not exist.
    #[error("there is no command {name:?}: allowed is one of {}", .allowed.join(", "))]
    Unknown {
        /// The name that was given.
        name: String,
        /// Names of the commands that exist there.
        allowed: Vec<String>,
    },
    /// The command has no commands below it.
    #[error("{parent} has no commands: leave out {name:?}")]
    NoCommands {
        /// The command.
        parent: String,
        /// The name that was given.
        name: String,
    },
    /// Standard output is closed.
    #[error("cannot print the manual page: {0}")]
    Output(#[from] io::Error),
}

/// Prints the manual page of a command in roff format.
///
/// # Errors
/// When there is no such command, or standard output is closed.
pub fn run(options: &ManFlags, command: Command) -> Result<(), ManError> {
    Ok(io::stdout().write_all(&page(&options.command, command)?)?)
}

fn page(path: &[String], root: Command) -> Result<Vec<u8>, ManError> {
    let mut root = root.disable_help_subcommand(true);
    // Gives the commands below their full names.
    root.build();
    let source = format!("{} {}", root.get_name(), root.get_version().unwrap_or_default());
    let command = path
        .iter()
        .try_fold(&root, |command, name| command.find_subcommand(name).ok_or_else(|| unknown(command, name)))?;
    let mut page = Vec::new();
    Man::new(command.clone()).source(source).render(&mut page)?;
    Ok(page)
}

fn unknown(parent: &Command, name: &str) -> ManError {
    let allowed: Vec<_> = parent.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let name = name.to_owned();
    if allowed.is_empty() {
        return ManError::NoCommands { parent: parent.get_bin_name().unwrap_or_default().to_owned(), name };
    }
    ManError::Unknown { name, allowed }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::Arguments;

    fn rendered(path: &str) -> Result<String, String> {
        let path: Vec<_> = path.split_whitespace().map(str::to_owned).collect();
        let page = page(&path, Arguments::command()).map_err(|error| error.to_string())?;
        // roff writes a hyphen that is not to become a dash with a backslash.
        Ok(String::from_utf8(page).expect("text").replace("\\-", "-"))
    }

    #[test]
    fn the_page_of_serve_has_every_flag_and_its_variable() {
        let page = rendered("serve").expect("a page");
        assert!(page.contains(".TH yodel-serve 1"), "{page}");
        let command = Arguments::command();
        for flag in command.find_subcommand("serve").expect("a command").get_arguments() {
            let long = flag.get_long().expect("all have long names");
            assert!(page.contains(&format!("--{long}")), "{long} is not in\n{page}");
            let variable = flag.get_env().expect("all are in the environment").to_string_lossy();
            assert!(page.contains(&*variable), "{variable} is not in\n{page}");
        }
    }

    #[test]
    fn every_command_has_a_page_with_the_version() {
        for (path, title) in [("", "yodel"), ("load echo", "yodel-load-echo"), ("token make", "yodel-token-make")] {
            let page = rendered(path).expect(path);
            assert!(page.contains(&format!(".TH {title} 1")), "{page}");
            assert!(page.contains(concat!("yodel ", env!("CARGO_PKG_VERSION"))), "{page}");
        }
    }

    #[test]
    fn an_unknown_command_is_named_with_those_that_exist() {
        let error = rendered("sing").expect_err("no such command");
        assert!(error.contains("\"sing\"") && error.contains("serve, connect"), "{error}");
        let error = rendered("load sing").expect_err("no such command");
        assert!(error.contains("\"sing\"") && error.contains("echo, broadcast"), "{error}");
        assert_eq!(rendered("serve it").expect_err("no command"), "yodel serve has no commands: leave out \"it\"");
    }
}
