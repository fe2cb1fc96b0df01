//! The command line: help, invalid values and environment variables.

use std::process::Output;

use support::with_timeout;
use support::yodel::{command, run};

/// Every flag of `yodel serve`.
const FLAGS: [&str; 59] = [
    "--listen",
    "--open",
    "--origin",
    "--trusted-proxy",
    "--proxy-protocol",
    "--host",
    "--auth",
    "--jwt-secret-file",
    "--jwt-public-key",
    "--jwt-audience",
    "--jwt-issuer",
    "--jwt-max-age",
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
    "--presence-bytes",
    "--max-message",
    "--max-in-flight",
    "--max-queue",
    "--node",
    "--data",
    "--durability",
    "--data-max",
    "--redis",
    "--redis-prefix",
    "--max-buffered",
    "--max-rooms",
    "--max-rooms-total",
    "--max-sockets",
    "--max-connections",
    "--max-per-address",
    "--max-per-user",
    "--upgrade-rate",
    "--rate",
    "--rate-burst",
    "--rate-bytes",
    "--compression",
    "--ping",
    "--pong",
    "--handshake-timeout",
    "--response-timeout",
    "--lame-duck",
    "--drain",
    "--tls-cert",
    "--tls-key",
    "--log",
];

pub async fn output(arguments: &[&str]) -> Output {
    with_timeout("the command's exit", command(arguments).output()).await.expect("binary can be run")
}

async fn help() -> String {
    let output = output(&["serve", "--help"]).await;
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("help is text")
}

/// Returns the environment variable of a flag: `YODEL_MAX_QUEUE` for `--max-queue`.
fn env_name(flag: &str) -> String {
    format!("YODEL_{}", flag.trim_start_matches('-').replace('-', "_").to_uppercase())
}

#[tokio::test]
async fn help_lists_every_flag_with_its_environment_variable() {
    let help = help().await;
    let named: Vec<&str> = help.split_whitespace().filter(|word| word.starts_with("--")).collect();
    for flag in FLAGS {
        assert!(named.contains(&flag), "{flag} is not in\n{help}");
        // The value of a secret is hidden.
        let shown = ["=", "]"].iter().any(|end| help.contains(&format!("[env: {}{end}", env_name(flag))));
        assert!(shown, "{} is not in\n{help}", env_name(flag));
    }
}

#[tokio::test]
async fn help_lists_no_untested_flag() {
    let help = help().await;
    let begins = |line: &str| line.split_whitespace().find(|word| word.starts_with("--")).map(str::to_owned);
    let flags = help.lines().filter(|line| line.trim_start().starts_with('-')).filter_map(begins);
    let flags: Vec<String> = flags.collect();
    assert!(flags.len() >= FLAGS.len(), "the flags are found: {flags:?}");
    let unknown: Vec<String> =
        flags.into_iter().filter(|flag| flag != "--help" && !FLAGS.contains(&flag.as_str())).collect();
    assert_eq!(unknown, [""; 0], "add the flag to `FLAGS` and test it");
}

#[tokio::test]
async fn invalid_value_error_names_flag_value_and_example() {
    for (flag, value, allowed) in [
        ("--listen", "8000", "127.0.0.1:8000"),
        ("--origin", "example.com/chat", "http://localhost:3000"),
        ("--trusted-proxy", "10.0.0.0/33", "10.0.0.0/8"),
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
        ("--history-total", "2TiB", "1TiB"),
        ("--durability", "none", "commit, relaxed"),
        ("--data-max", "2TiB", "1TiB"),
        ("--data-max", "512KiB", "1MiB"),
        ("--recover-max", "0", "from 1"),
        ("--presence-max", "all", "from 0"),
        ("--presence-bytes", "few", "1MiB"),
        ("--max-buffered", "all", "4GiB"),
        ("--max-rooms", "0", "from 1"),
        ("--max-rooms-total", "0", "from 1"),
        ("--max-message", "64 elephants", "64KiB"),
        ("--max-queue", "0", "1MiB"),
        ("--max-sockets", "0", "from 1"),
        ("--max-connections", "0", "from 1"),
        ("--max-per-address", "-1", "from 1"),
        ("--max-per-user", "all", "from 0"),
        ("--upgrade-rate", "often", "from 0"),
        ("--rate", "1.5", "from 0"),
        ("--rate-burst", "0", "from 1"),
        ("--compression", "best", "on, off, takeover"),
        ("--ping", "soon", "25s"),
        ("--pong", "0s", "1ms"),
        ("--handshake-timeout", "25h", "24h"),
        ("--response-timeout", "0s", "1ms"),
        ("--lame-duck", "5", "5s"),
        ("--drain", "-1s", "25s"),
        ("--log", "loud", "error, warn, info, debug"),
    ] {
        let output = run(&["serve", &format!("{flag}={value}")]).await;
        assert_eq!(output.status.code(), Some(2), "{flag} {value}: {}", output.log);
        for word in [flag, value, allowed] {
            assert!(output.log.contains(word), "{word} is not in: {}", output.log);
        }
    }
}

/// Asserts exit status 1 and one error line that contains all of these words. Returns the line.
pub async fn assert_failure(arguments: &[&str], words: &[&str]) -> String {
    let output = run(arguments).await;
    assert_eq!(output.status.code(), Some(1), "{}", output.log);
    assert_eq!(output.log.trim_end().lines().count(), 1, "one line: {}", output.log);
    for word in words {
        assert!(output.log.contains(word), "{word} is not in: {}", output.log);
    }
    output.log
}

#[tokio::test]
async fn token_inspect_reports_a_rejected_token_in_one_line() {
    let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/../backend/src/auth/testdata/secret");
    let created = output(&["token", "make", "--jwt-secret-file", secret, "--user", "42", "--expires", "1h"]).await;
    let token = String::from_utf8(created.stdout).expect("a token is text");
    assert_eq!(token.lines().count(), 1, "{token}");
    let inspected = output(&["token", "inspect", "--jwt-secret-file", secret, token.trim()]).await;
    assert!(inspected.status.success() && inspected.stdout.ends_with(b"\naccepted\n"), "{inspected:?}");
    let changed = format!("{}A", token.trim());
    assert_failure(&["token", "inspect", "--jwt-secret-file", secret, &changed], &["not accepted: ", "signature"])
        .await;
    assert_failure(&["token", "inspect", "a.b"], &["error: ", "JSON Web Token"]).await;
}

#[tokio::test]
async fn publish_requires_a_message() {
    let output = run(&["publish", "--room", "chat"]).await;
    assert_eq!(output.status.code(), Some(2), "{}", output.log);
    assert!(output.log.contains("--data") && output.log.contains("--text"), "{}", output.log);
}

#[tokio::test]
async fn lists_commands_without_arguments() {
    let output = output(&[]).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("serve"), "{output:?}");
}

/// Runs a command, asserts success, and returns its standard output.
async fn stdout_of(arguments: &[&str]) -> String {
    let output = output(arguments).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

#[tokio::test]
async fn version_includes_the_commit() {
    let version = stdout_of(&["--version"]).await;
    let rest = version
        .trim_end()
        .strip_prefix(concat!("yodel ", env!("CARGO_PKG_VERSION")))
        .expect("output starts with name and version");
    if support::yodel::root().join(".git").exists() {
        let commit = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')')).expect("a commit");
        assert!(commit.len() == 10 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{version}");
    } else {
        assert_eq!(rest, "", "no commit outside a repository");
    }
}

#[tokio::test]
async fn completions_cover_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = stdout_of(&["completions", shell]).await;
        for name in [
            "serve",
            "connect",
            "publish",
            "load",
            "token",
            "data",
            "completions",
            "man",
            "broadcast",
            "inspect",
            "repair",
        ] {
            assert!(script.contains(name), "{name} is not in the script for {shell}");
        }
    }
}

#[tokio::test]
async fn manual_lists_every_flag_with_its_environment_variable() {
    let page = stdout_of(&["man", "serve"]).await.replace("\\-", "-");
    for flag in FLAGS {
        assert!(page.contains(flag) && page.contains(&env_name(flag)), "{flag} is not in\n{page}");
    }
    assert_failure(&["man", "sing"], &["error: ", "sing", "serve, connect"]).await;
}

#[tokio::test]
async fn an_empty_environment_variable_counts_as_unset() {
    let mut command = command(&["serve", "--auth=jwt"]);
    for flag in FLAGS {
        if flag != "--auth" {
            command.env(env_name(flag), "");
        }
    }
    let output = with_timeout("the process's exit", command.output()).await.expect("binary can be run");
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{log}");
    assert!(log.contains("--auth jwt needs a key"), "{log}");
}
