//! The command line: help, wrong values, the environment.

use std::process::Output;

use support::soon;
use support::yodel::{command, run};
use tokio::net::TcpListener;

/// Every flag of `yodel serve`.
const FLAGS: [&str; 39] = [
    "--listen",
    "--open",
    "--origin",
    "--auth",
    "--jwt-secret-file",
    "--jwt-public-key",
    "--auth-cookie",
    "--auth-exempt",
    "--auth-timeout",
    "--api-key-file",
    "--metrics",
    "--dist",
    "--plain",
    "--plain-format",
    "--tick",
    "--ws-path",
    "--history-messages",
    "--history-age",
    "--history-bytes",
    "--history-total",
    "--recover-max",
    "--presence-max",
    "--max-message",
    "--max-queue",
    "--max-rooms",
    "--max-rooms-total",
    "--max-connections",
    "--max-per-address",
    "--upgrade-rate",
    "--rate",
    "--rate-burst",
    "--compression",
    "--ping",
    "--pong",
    "--handshake-timeout",
    "--drain",
    "--tls-cert",
    "--tls-key",
    "--log",
];

async fn output(arguments: &[&str]) -> Output {
    soon("the command ends", command(arguments).output()).await.expect("the binary runs")
}

async fn help() -> String {
    let output = output(&["serve", "--help"]).await;
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("help is text")
}

/// `--max-queue` is `YODEL_MAX_QUEUE` in the environment.
fn twin(flag: &str) -> String {
    format!("YODEL_{}", flag.trim_start_matches('-').replace('-', "_").to_uppercase())
}

#[tokio::test]
async fn help_names_every_flag_and_its_twin_in_the_environment() {
    let help = help().await;
    let named: Vec<&str> = help.split_whitespace().filter(|word| word.starts_with("--")).collect();
    for flag in FLAGS {
        assert!(named.contains(&flag), "{flag} is not in\n{help}");
        assert!(help.contains(&format!("[env: {}=", twin(flag))), "{} is not in\n{help}", twin(flag));
    }
}

#[tokio::test]
async fn help_names_no_flag_that_is_not_known_here() {
    let help = help().await;
    let begins = |line: &str| line.split_whitespace().find(|word| word.starts_with("--")).map(str::to_owned);
    let flags = help.lines().filter(|line| line.trim_start().starts_with('-')).filter_map(begins);
    let unknown: Vec<String> = flags.filter(|flag| flag != "--help" && !FLAGS.contains(&flag.as_str())).collect();
    assert_eq!(unknown, [""; 0], "add it to this list, and test it");
}

#[tokio::test]
async fn a_wrong_value_is_named_with_its_flag_and_what_is_allowed() {
    for (flag, value, allowed) in [
        ("--listen", "8000", "127.0.0.1:8000"),
        ("--origin", "example.com/chat", "http://localhost:3000"),
        ("--auth", "password", "none, jwt"),
        ("--auth-cookie", "a b", "session"),
        ("--auth-exempt", "ws", "/socket"),
        ("--auth-timeout", "10", "25s"),
        ("--dist", "/nowhere", "index.html"),
        ("--plain", "shout", "echo, broadcast"),
        ("--plain-format", "xml", "raw, seed"),
        ("--tick", "5", "5m"),
        ("--ws-path", "socket", "/socket"),
        ("--metrics", "some", "open, api"),
        ("--history-messages", "-1", "from 0"),
        ("--history-age", "5", "5m"),
        ("--history-bytes", "0", "1MiB"),
        ("--history-total", "much", "1MiB"),
        ("--recover-max", "0", "from 1"),
        ("--presence-max", "all", "from 0"),
        ("--max-rooms", "0", "from 1"),
        ("--max-rooms-total", "0", "from 1"),
        ("--max-message", "64 elephants", "64KiB"),
        ("--max-queue", "0", "1MiB"),
        ("--max-connections", "0", "from 1"),
        ("--max-per-address", "-1", "from 1"),
        ("--upgrade-rate", "often", "from 0"),
        ("--rate", "1.5", "from 0"),
        ("--rate-burst", "0", "from 1"),
        ("--compression", "best", "on, off, takeover"),
        ("--ping", "soon", "25s"),
        ("--pong", "0s", "1ms"),
        ("--handshake-timeout", "25h", "24h"),
        ("--drain", "-1s", "25s"),
        ("--log", "loud", "error, warn, info, debug"),
    ] {
        let ended = run(&["serve", &format!("{flag}={value}")]).await;
        assert_eq!(ended.status.code(), Some(2), "{flag} {value}: {}", ended.log);
        for word in [flag, value, allowed] {
            assert!(ended.log.contains(word), "{word} is not in: {}", ended.log);
        }
    }
}

#[tokio::test]
async fn half_a_certificate_is_refused_with_the_flag_that_is_missing() {
    for (given, missing) in [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")] {
        let ended = run(&["serve", given, "file.pem"]).await;
        assert_eq!(ended.status.code(), Some(2), "{}", ended.log);
        assert!(ended.log.contains(missing), "{}", ended.log);
    }
}

/// That it ended with one line, which has all these words.
async fn refuses(arguments: &[&str], words: &[&str]) {
    let ended = run(arguments).await;
    assert_eq!(ended.status.code(), Some(1), "{}", ended.log);
    assert_eq!(ended.log.trim_end().lines().count(), 1, "one line: {}", ended.log);
    for word in words {
        assert!(ended.log.contains(word), "{word} is not in: {}", ended.log);
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_in_one_line() {
    let other = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let taken = other.local_addr().expect("it has an address").to_string();
    refuses(&["serve", "--listen", &taken], &["error: ", &taken, "in use", "--listen"]).await;
}

#[tokio::test]
async fn an_address_that_others_can_reach_needs_tokens_or_open() {
    refuses(&["serve", "--listen", "0.0.0.0:0"], &["error: ", "0.0.0.0:0", "--auth jwt", "--open"]).await;
}

#[tokio::test]
async fn tokens_need_a_key_and_a_key_needs_tokens() {
    refuses(&["serve", "--auth", "jwt"], &["error: ", "--jwt-secret-file", "--jwt-public-key"]).await;
    refuses(&["serve", "--jwt-secret-file", "secret"], &["error: ", "--jwt-secret-file", "--auth jwt"]).await;
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_an_error_in_one_line() {
    let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/../backend/src/auth/testdata/secret");
    let made = output(&["token", "make", "--jwt-secret-file", secret, "--user", "42", "--expires", "1h"]).await;
    let token = String::from_utf8(made.stdout).expect("a token is text");
    assert_eq!(token.lines().count(), 1, "{token}");
    let inspected = output(&["token", "inspect", "--jwt-secret-file", secret, token.trim()]).await;
    assert!(inspected.status.success() && inspected.stdout.ends_with(b"\naccepted\n"), "{inspected:?}");
    let changed = format!("{}A", token.trim());
    refuses(&["token", "inspect", "--jwt-secret-file", secret, &changed], &["not accepted: ", "signature"]).await;
    refuses(&["token", "inspect", "a.b"], &["error: ", "JSON Web Token"]).await;
}

#[tokio::test]
async fn a_certificate_that_is_not_there_is_said_in_one_line() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.key"];
    refuses(&arguments, &["error: ", "--tls-cert", "nowhere.pem"]).await;
}

#[tokio::test]
async fn a_wrong_value_in_the_environment_is_named_too() {
    let mut command = command(&["serve"]);
    let output = soon("it ends", command.env("YODEL_PING", "soon").output()).await.expect("it runs");
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{log}");
    assert!(log.contains("--ping") && log.contains("soon") && log.contains("25s"), "{log}");
}

#[tokio::test]
async fn without_a_command_it_says_what_there_is() {
    let output = output(&[]).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("serve"), "{output:?}");
}

/// Returns what a command prints that succeeds.
async fn printed(arguments: &[&str]) -> String {
    let output = output(arguments).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it prints text")
}

#[tokio::test]
async fn the_version_has_the_commit() {
    let version = printed(&["--version"]).await;
    let rest = version.trim_end().strip_prefix(concat!("yodel ", env!("CARGO_PKG_VERSION"))).expect("its version");
    if support::yodel::root().join(".git").exists() {
        let commit = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')')).expect("a commit");
        assert!(commit.len() == 10 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{version}");
    } else {
        assert_eq!(rest, "", "there is no commit");
    }
}

#[tokio::test]
async fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = printed(&["completions", shell]).await;
        for name in ["serve", "connect", "publish", "load", "token", "completions", "man", "broadcast", "inspect"] {
            assert!(script.contains(name), "{name} is not in the script for {shell}");
        }
    }
}

#[tokio::test]
async fn the_manual_has_every_flag_of_serve_and_its_twin_in_the_environment() {
    let page = printed(&["man", "serve"]).await.replace("\\-", "-");
    for flag in FLAGS {
        assert!(page.contains(flag) && page.contains(&twin(flag)), "{flag} is not in\n{page}");
    }
    refuses(&["man", "sing"], &["error: ", "sing", "serve, connect"]).await;
}
