//! `yodel`: the arguments become a command.

use std::process::ExitCode;

use backend::commands;
use clap::{Parser, Subcommand};

/// A third of the memory per connection that the system's allocator takes.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A WebSocket echo and broadcast server with its page inside.
#[derive(Parser)]
#[command(name = "yodel", version, arg_required_else_help = true, after_help = BEGIN)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const BEGIN: &str = "\
Begin with `yodel serve`: it serves the page at http://127.0.0.1:8000, an echo at /ws and a broadcast at
/ws/broadcast. `yodel serve --help` says everything that can be set.";

#[derive(Subcommand)]
enum Command {
    /// Serve the page and the WebSocket endpoints.
    Serve(Box<backend::Config>),
    /// Talk with a WebSocket server, this one or any other, from a terminal or a script.
    Connect(Box<commands::connect::Connect>),
    /// Publish one message through a server's HTTP interface.
    Publish(Box<commands::publish::Publish>),
    /// Load a WebSocket server, this one or any other, and see what that costs it.
    #[command(subcommand)]
    Load(Box<commands::load::Load>),
    /// Make a token for a server with --auth jwt, or see what is in one.
    #[command(subcommand)]
    Token(commands::token::Token),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Serve(config) => commands::serve::run(*config).map_err(|error| error.to_string()),
        Command::Connect(connect) => commands::connect::run(&connect).map_err(|error| error.to_string()),
        Command::Publish(publish) => commands::publish::run(&publish).map_err(|error| error.to_string()),
        Command::Load(load) => commands::load::run(&load).map_err(|error| error.to_string()),
        Command::Token(token) => commands::token::run(&token).map_err(|error| error.to_string()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
