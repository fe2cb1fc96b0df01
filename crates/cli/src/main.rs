//! The command `yodel`: parses the arguments and runs a subcommand.
//!
//! | command | module |
//! |---|---|
//! | `serve` | `serve` |
//! | `connect`, `load`, `publish` | `connect`, `load`, `publish`; opening a connection: `dial` |
//! | `token`, `data` | `token`, `data` |
//! | `completions`, `man` | `completions`, `man` |
//! | environment variables of flags | `environment` |
//! | parsers of flag values | `value`; the limit of open files: `file_limit`; colors: `color` |

#![forbid(unsafe_code)]

mod color;
mod completions;
mod connect;
#[cfg(feature = "disk")]
mod data;
mod dial;
mod environment;
mod file_limit;
mod load;
mod man;
mod publish;
mod serve;
mod token;
mod value;

#[cfg(test)]
#[path = "../build/commit.rs"]
mod commit;

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Needs a third of the memory per connection that the system's allocator needs.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// WebSocket echo and broadcast server with a built-in page
#[derive(Parser)]
#[command(name = "yodel", version = env!("YODEL_VERSION"), arg_required_else_help = true, after_help = INTRODUCTION)]
struct Arguments {
    #[command(subcommand)]
    command: CliCommand,
}

const INTRODUCTION: &str = "\
Start with `yodel serve`: it serves the page at http://127.0.0.1:8000, an echo endpoint at /ws, and a \
                            broadcast endpoint at /ws/broadcast. See `yodel serve --help` for all settings.";

#[derive(Subcommand)]
enum CliCommand {
    /// Run the server: WebSocket endpoints, HTTP API, and the page
    Serve(Box<serve::ServeFlags>),
    /// Connect to any WebSocket server from a terminal or a script
    Connect(Box<connect::ConnectFlags>),
    /// Publish one message through a server's HTTP API
    Publish(Box<publish::PublishFlags>),
    /// Generate load for any WebSocket server and measure it
    #[command(subcommand)]
    Load(Box<load::LoadCommand>),
    /// Create and inspect JSON Web Tokens for --auth jwt
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Check, repair and export the folder of --data
    #[cfg(feature = "disk")]
    #[command(subcommand)]
    Data(data::DataCommand),
    /// Print a shell completion script
    Completions(completions::Completions),
    /// Print a manual page in roff format
    Man(man::ManFlags),
}

fn main() -> ExitCode {
    let arguments = match parse() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let result = match arguments.command {
        CliCommand::Serve(config) => serve::run(*config).map_err(|error| error.to_string()),
        CliCommand::Connect(connect) => match connect::run(&connect) {
            Ok(()) => Ok(()),
            Err(error) => return failed(&error, error.exit_status()),
        },
        CliCommand::Publish(publish) => publish::run(&publish).map_err(|error| error.to_string()),
        CliCommand::Load(load) => load::run(&load).map_err(|error| error.to_string()),
        CliCommand::Token(token) => token::run(&token).map_err(|error| error.to_string()),
        #[cfg(feature = "disk")]
        CliCommand::Data(command) => data::run(&command).map_err(|error| error.to_string()),
        CliCommand::Completions(options) => completions::run(&options, Arguments::command())
            .map_err(|error| format!("cannot write the completion script to standard output: {error}")),
        CliCommand::Man(options) => man::run(&options, Arguments::command()).map_err(|error| error.to_string()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error, ExitCode::FAILURE),
    }
}

/// Prints an error and returns the exit status.
fn failed(error: &dyn Display, status: ExitCode) -> ExitCode {
    eprintln!("error: {error}");
    status
}

/// Parses the arguments, or prints the help or an error and returns the exit status.
fn parse() -> Result<Arguments, ExitCode> {
    let command = environment::without_empty_variables(Arguments::command());
    let parsed = command.clone().try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| {
        let error = environment::name_variable(error, command);
        match error.print() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                eprintln!("error: cannot write to standard output: {error}");
                ExitCode::FAILURE
            }
            _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1)),
        }
    })
}
