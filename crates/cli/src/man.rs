//! `yodel man`: manual pages.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_mangen::Man;

/// Flags of `yodel man`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ManFlags {
    /// Subcommand, such as `serve` or `load echo` [default: the page of `yodel` itself]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

const EXAMPLES: &str = "\
Read or install:
  yodel man serve | man -l -
  yodel man > ~/.local/share/man/man1/yodel.1
  yodel man serve > ~/.local/share/man/man1/yodel-serve.1";

/// Error of `yodel man`.
#[derive(Debug, thiserror::Error)]
pub enum ManError {
    /// The subcommand does not exist.
    #[error("unknown command {name:?}: expected one of {}", .allowed.join(", "))]
    Unknown {
        /// The unknown name.
        name: String,
        /// Names of the existing subcommands.
        allowed: Vec<String>,
    },
    /// The command has no subcommands.
    #[error("{parent} has no subcommands: remove {name:?}")]
    NoCommands {
        /// The full name of the command.
        parent: String,
        /// The unknown name.
        name: String,
    },
    /// Writing to standard output failed.
    #[error("cannot write the manual page to standard output: {0}")]
    Output(#[from] io::Error),
}

/// Writes the manual page of a command to standard output, in roff format.
///
/// # Errors
/// Returns an error if the command does not exist or if writing to standard output fails.
pub fn run(options: &ManFlags, command: Command) -> Result<(), ManError> {
    Ok(io::stdout().write_all(&page(&options.command, command)?)?)
}

fn page(path: &[String], root: Command) -> Result<Vec<u8>, ManError> {
    let mut root = root.disable_help_subcommand(true);
    // Sets the full names of the subcommands.
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
        // roff escapes a hyphen that must not become a dash.
        Ok(String::from_utf8(page).expect("the page is UTF-8").replace("\\-", "-"))
    }

    #[test]
    fn lists_every_serve_flag_and_its_environment_variable() {
        let page = rendered("serve").expect("the page of serve");
        assert!(page.contains(".TH yodel-serve 1"), "{page}");
        let command = Arguments::command();
        for flag in command.find_subcommand("serve").expect("serve is a subcommand").get_arguments() {
            let long = flag.get_long().expect("every flag has a long name");
            assert!(page.contains(&format!("--{long}")), "{long} is not in\n{page}");
            let variable = flag.get_env().expect("every flag has an environment variable").to_string_lossy();
            assert!(page.contains(&*variable), "{variable} is not in\n{page}");
        }
    }

    #[test]
    fn renders_a_page_with_the_version_for_every_command() {
        for (path, title) in [("", "yodel"), ("load echo", "yodel-load-echo"), ("token make", "yodel-token-make")] {
            let page = rendered(path).expect(path);
            assert!(page.contains(&format!(".TH {title} 1")), "{page}");
            assert!(page.contains(concat!("yodel ", env!("CARGO_PKG_VERSION"))), "{page}");
        }
    }

    #[test]
    fn names_an_unknown_command_and_the_existing_ones() {
        let error = rendered("sing").expect_err("sing does not exist");
        assert!(error.contains("\"sing\"") && error.contains("serve, connect"), "{error}");
        let error = rendered("load sing").expect_err("load sing does not exist");
        assert!(error.contains("\"sing\"") && error.contains("echo, broadcast"), "{error}");
        assert_eq!(
            rendered("serve it").expect_err("serve has no subcommands"),
            "yodel serve has no subcommands: remove \"it\""
        );
    }
}
