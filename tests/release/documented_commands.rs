//! The documents and the command line agree: every flag of a client command is documented, and every documented flag
//! exists.

use std::collections::BTreeSet;

use support::yodel::command;
use support::{document, with_timeout};

/// The commands with flags, and where they are documented.
const COMMANDS: [&str; 14] = [
    "serve",
    "connect",
    "publish",
    "token make",
    "token inspect",
    "token secret",
    "data check",
    "data repair",
    "data export",
    "load echo",
    "load broadcast",
    "load rate",
    "load idle",
    "load handshake",
];

const DOCUMENT: &str = "docs/commands.md";

async fn stdout_of(arguments: &[&str]) -> String {
    let output = with_timeout("the command's exit", command(arguments).output()).await.expect("binary can be run");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// Returns the flags with which lines of a help text begin, without `--help`.
async fn flags(name: &str) -> BTreeSet<String> {
    let arguments: Vec<&str> = name.split(' ').chain(["--help"]).collect();
    let help = stdout_of(&arguments).await;
    let definitions = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let flags: BTreeSet<String> = definitions.filter_map(|line| flags_in(line).into_iter().next()).collect();
    flags.into_iter().filter(|flag| flag != "--help").collect()
}

/// Returns the words that begin with `--`, without punctuation and values.
fn flags_in(text: &str) -> Vec<String> {
    let begins = text.match_indices("--").map(|(at, _)| at);
    let is_first = |at: &usize| !text[..*at].ends_with(|before: char| before == '-' || before.is_alphanumeric());
    let name = |at: usize| {
        let rest = &text[at + 2..];
        let end = rest.find(|letter: char| letter != '-' && !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        format!("--{}", &rest[..end])
    };
    begins.filter(is_first).map(name).filter(|flag| flag.len() > 2).collect()
}

/// Returns the flags in the first column of the table below a heading.
fn documented(heading: &str) -> BTreeSet<String> {
    let text = document::text(DOCUMENT);
    let (_, section) = text.split_once(&format!("\n## yodel {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let section = section.split("\n## ").next().expect("a part");
    let rows = section.lines().filter(|line| line.starts_with("| `--"));
    rows.filter_map(|row| row.split(" | ").next()).flat_map(flags_in).collect()
}

#[tokio::test]
async fn reference_lists_exactly_the_flags_of_each_client_command() {
    let of_every_load = documented("load");
    for name in COMMANDS.into_iter().filter(|name| *name != "serve") {
        let mut listed = documented(name);
        if name.starts_with("load ") {
            listed.extend(of_every_load.iter().cloned());
        }
        assert_eq!(listed, flags(name).await, "{name}");
    }
}

#[tokio::test]
async fn documents_mention_every_flag_of_the_server() {
    let texts: Vec<String> = document::all().into_iter().map(|(_, text)| text).collect();
    let mentioned: BTreeSet<String> = texts.iter().flat_map(|text| flags_in(text)).collect();
    let missing: Vec<String> = flags("serve").await.into_iter().filter(|flag| !mentioned.contains(flag)).collect();
    assert_eq!(missing, [""; 0]);
}

#[tokio::test]
async fn manual_and_completions_have_every_flag_of_every_command() {
    let completions = stdout_of(&["completions", "bash"]).await;
    for name in COMMANDS {
        let arguments: Vec<&str> = ["man"].into_iter().chain(name.split(' ')).collect();
        let page = stdout_of(&arguments).await.replace("\\-", "-").replace("\\fB", " ");
        let options: BTreeSet<String> = flags_in(&page).into_iter().collect();
        let flags = flags(name).await;
        assert!(flags.is_subset(&options), "{name}: {flags:?} and {options:?}");
        let branch = format!("yodel__subcmd__{})", name.replace(' ', "__subcmd__"));
        let branch = if completions.contains(&branch) { branch } else { branch.replace("subcmd__", "") };
        let (_, offered) = completions.split_once(&branch).unwrap_or_else(|| panic!("no completions for {name}"));
        let offered = offered.split("opts=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("options");
        let offered: BTreeSet<String> = flags_in(offered).into_iter().collect();
        assert!(flags.is_subset(&offered), "{name}: {flags:?} and {offered:?}");
    }
}

/// Returns each use of a command in a document: its name and the rest of the line or code span.
fn uses(text: &str) -> Vec<(&'static str, String)> {
    let mut uses = Vec::new();
    for line in text.replace("\\\n", " ").lines() {
        for part in line.split("yodel ").skip(1) {
            let part = part.split(['`', '|', ';', '#', '&']).next().expect("a part");
            if let Some(name) = COMMANDS.into_iter().find(|name| part == *name || part.starts_with(&format!("{name} ")))
            {
                uses.push((name, part.to_owned()));
            }
        }
    }
    uses
}

#[tokio::test]
async fn documented_command_lines_use_real_flags() {
    let mut found = BTreeSet::new();
    for (path, text) in document::all() {
        for (name, line) in uses(&text) {
            let known = flags(name).await;
            let unknown: Vec<String> =
                flags_in(&line).into_iter().filter(|flag| flag != "--help" && !known.contains(flag)).collect();
            assert_eq!(unknown, [""; 0], "{path}: {line}");
            found.insert(name);
        }
    }
    assert_eq!(found, COMMANDS.into_iter().collect(), "every command is used in a document");
}

/// Flags of other programs in code spans: of rustc, cargo and docker; and `--help`, which every command has.
const FOREIGN: [&str; 4] = ["--cfg", "--help", "--test", "--ulimit"];

#[tokio::test]
async fn code_spans_name_real_flags() {
    let mut known: BTreeSet<String> = FOREIGN.into_iter().map(str::to_owned).collect();
    for name in COMMANDS {
        known.extend(flags(name).await);
    }
    for (path, text) in document::all() {
        for span in text.split('`').skip(1).step_by(2).filter(|span| span.starts_with("--") && !span.contains('\n')) {
            let flag = flags_in(span).remove(0);
            // `--history-*` stands for several flags.
            let stands_for_several = flag.ends_with('-') && known.iter().any(|known| known.starts_with(&flag));
            assert!(stands_for_several || known.contains(&flag), "{path}: `{span}`");
        }
    }
}
