//! `yodel completions`: shell completion scripts.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_complete::{Shell, generate};

/// Flags of `yodel completions`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// Shell to complete for
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

const EXAMPLES: &str = "\
Install (create the folder first if it is missing):
  bash  yodel completions bash > ~/.local/share/bash-completion/completions/yodel
  zsh   yodel completions zsh > \"${fpath[1]}/_yodel\"
  fish  yodel completions fish > ~/.config/fish/completions/yodel.fish";

/// Writes the completion script of a shell to standard output.
///
/// # Errors
/// Returns the error of writing to standard output.
pub fn run(options: &Completions, command: Command) -> io::Result<()> {
    io::stdout().write_all(&script(options.shell, command))
}

fn script(shell: Shell, mut command: Command) -> Vec<u8> {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(shell, &mut command, name, &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::Arguments;

    /// Returns the names of all subcommands, recursively.
    fn names(command: &Command) -> Vec<String> {
        let below = |command: &Command| [vec![command.get_name().to_owned()], names(command)].concat();
        command.get_subcommands().flat_map(below).collect()
    }

    #[test]
    fn completes_every_command_and_every_serve_flag_in_each_shell() {
        let command = Arguments::command();
        let names = names(&command);
        assert!(["serve", "echo", "inspect"].iter().all(|name| names.iter().any(|known| known == name)), "{names:?}");
        let serve = command.find_subcommand("serve").expect("serve is a subcommand");
        let flags: Vec<_> = serve.get_arguments().filter_map(clap::Arg::get_long).collect();
        assert!(flags.contains(&"listen"), "{flags:?}");
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = String::from_utf8(script(shell, command.clone())).expect("the script is UTF-8");
            let words: Vec<&str> = script.split(|part: char| !part.is_alphanumeric() && part != '-').collect();
            for name in &names {
                assert!(words.contains(&name.as_str()), "{name} is not in the script for {shell}");
            }
            for flag in &flags {
                let long = format!("--{flag}");
                assert!(
                    words.contains(flag) || words.contains(&long.as_str()),
                    "--{flag} is not in the script for {shell}"
                );
            }
        }
    }
}
