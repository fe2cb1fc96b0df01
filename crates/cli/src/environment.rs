//! Environment variables of flags.

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, Error};

/// Makes every flag ignore its variable if that is empty, as if it were not set.
pub fn without_empty_variables(command: Command) -> Command {
    let is_empty =
        |flag: &Arg| flag.get_env().is_some_and(|name| std::env::var_os(name).is_some_and(|it| it.is_empty()));
    let ignore = |flag: Arg| if is_empty(&flag) { flag.env(None::<&str>) } else { flag };
    let command = command.mut_args(ignore);
    command.mut_subcommands(without_empty_variables)
}

/// Makes the error of an invalid value name the variable that contains it instead of the flag.
pub fn name_variable(mut error: Error, mut command: Command) -> Error {
    // Completes the usage of each flag, by which it is found.
    command.build();
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return error };
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    if let Some(variable) = variable_of(flag, &command, &arguments.collect::<Vec<_>>()) {
        error.insert(ContextKind::InvalidArg, ContextValue::String(variable));
    }
    error
}

/// Returns the variable of the flag with this usage, such as `--ping <DURATION>`, unless the flag is among the
/// arguments, which take precedence.
fn variable_of(usage: &str, command: &Command, arguments: &[String]) -> Option<String> {
    let found = command.get_arguments().find(|flag| flag.to_string() == usage).and_then(|flag| {
        let name = format!("--{}", flag.get_long()?);
        let is_given = |argument: &String| *argument == name || argument.starts_with(&format!("{name}="));
        let variable = flag.get_env()?.to_string_lossy().into_owned();
        (!arguments.iter().any(is_given)).then_some(variable)
    });
    found.or_else(|| command.get_subcommands().find_map(|command| variable_of(usage, command, arguments)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> Command {
        let flag = Arg::new("ping").long("ping").value_name("DURATION").env("YODEL_TEST_PING");
        let mut command = Command::new("yodel").subcommand(Command::new("serve").arg(flag));
        command.build();
        command
    }

    #[test]
    fn finds_the_variable_unless_the_flag_is_given() {
        let variable = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            variable_of("--ping <DURATION>", &command(), &arguments)
        };
        assert_eq!(variable(&["yodel", "serve", "--pings"]), Some("YODEL_TEST_PING".to_owned()));
        assert_eq!(variable(&["yodel", "serve", "--ping", "soon"]), None);
        assert_eq!(variable(&["yodel", "serve", "--ping=soon"]), None);
        assert_eq!(variable_of("--pong <DURATION>", &command(), &[]), None);
    }
}
