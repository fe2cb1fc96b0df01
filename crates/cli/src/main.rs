//! `yodel`: the arguments become a command.
//!
//! | command | folder |
//! |---|---|
//! | `serve` | `serve` |
//! | `connect`, `load`, `publish` | `connect`, `load`, `publish`; the connection they open: `dial` |
//! | `token` | `token` |
//! | `completions`, `man` | `completions`, `man` |
//! | values of flags | `value`; how many sockets a process may open: `file_limit` |

#![forbid(unsafe_code)]

mod completions;
mod connect;
mod dial;
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

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// A third of the memory per connection that the system's allocator takes.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A WebSocket echo and broadcast server with its page inside.
#[derive(Parser)]
#[command(name = "yodel", version = env!("YODEL_VERSION"), arg_required_else_help = true, after_help = BEGIN)]
struct Arguments {
    #[command(subcommand)]
    command: CliCommand,
}

const BEGIN: &str = "\
Begin with `yodel serve`: it serves the page at http://127.0.0.1:8000, an echo at /ws and a broadcast at
/ws/broadcast. `yodel serve --help` says everything that can be set.";

#[derive(Subcommand)]
enum CliCommand {
    /// Serve the page and the WebSocket endpoints.
    Serve(Box<serve::ServeFlags>),
    /// Talk with a WebSocket server, this one or any other, from a terminal or a script.
    Connect(Box<connect::Connect>),
    /// Publish one message through a server's HTTP interface.
    Publish(Box<publish::Publish>),
    /// Load a WebSocket server, this one or any other, and see what that costs it.
    #[command(subcommand)]
    Load(Box<load::Load>),
    /// Make a token for a server with --auth jwt, or see what is in one.
    #[command(subcommand)]
    Token(token::Token),
    /// Print the completion script of a shell.
    Completions(completions::Completions),
    /// Print a manual page.
    Man(man::ManFlags),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        CliCommand::Serve(config) => serve::run(*config).map_err(|error| error.to_string()),
        CliCommand::Connect(connect) => connect::run(&connect).map_err(|error| error.to_string()),
        CliCommand::Publish(publish) => publish::run(&publish).map_err(|error| error.to_string()),
        CliCommand::Load(load) => load::run(&load).map_err(|error| error.to_string()),
        CliCommand::Token(token) => token::run(&token).map_err(|error| error.to_string()),
        CliCommand::Completions(options) => completions::run(&options, Arguments::command())
            .map_err(|error| format!("cannot print the completion script: {error}")),
        CliCommand::Man(options) => man::run(&options, Arguments::command()).map_err(|error| error.to_string()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
