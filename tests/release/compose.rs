//! `deploy/compose.yaml` and `deploy/haproxy.cfg`, as far as they can be checked without containers.

use std::collections::BTreeSet;

use support::yodel::{command, root};
use support::{Yodel, document, with_timeout};
use tokio::process::Command;

fn compose() -> String {
    document::text("deploy/compose.yaml")
}

/// Returns the words that begin with `YODEL_`.
fn variables(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("YODEL_")).collect()
}

#[tokio::test]
async fn compose_file_sets_real_variables() {
    let help = with_timeout("the help", command(&["serve", "--help"]).output()).await.expect("binary can be run");
    let help = String::from_utf8(help.stdout).expect("output is UTF-8");
    let text = compose();
    let (set, mut known) = (variables(&text), variables(&help));
    // The image, a variable of the file itself.
    known.insert("YODEL_IMAGE");
    assert!(set.len() > 5 && set.is_subset(&known), "{:?}", set.difference(&known));
}

#[tokio::test]
async fn health_check_of_the_compose_file_succeeds() {
    let text = compose();
    let probe = text.lines().find_map(|line| line.trim().strip_prefix("- exec ")).expect("the health check");
    let probe = |port: u16| format!("exec {}", probe.replace("/8000", &format!("/{port}")));
    let yodel = Yodel::serve(&[]).await;
    let run = async |script: String| {
        let status = Command::new("bash").args(["-c", &script]).status();
        with_timeout("the health check", status).await.expect("bash can be run").success()
    };
    let port = yodel.address().port();
    assert!(run(probe(port)).await);
    yodel.kill().await;
    assert!(!run(probe(port)).await);
}

#[cfg_attr(not(haproxy), ignore = "HAProxy is not installed; run `make tools`")]
#[tokio::test]
async fn haproxy_accepts_its_configuration() {
    let mut command = Command::new(root().join(".tools/bin/haproxy"));
    command.arg("-c").arg("-f").arg(root().join("deploy/haproxy.cfg"));
    let output = with_timeout("HAProxy's exit", command.output()).await.expect("HAProxy can be run");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn haproxy_has_the_documented_options() {
    let configuration = document::text("deploy/haproxy.cfg");
    let fragment = document::code_block("docs/operations.md", "haproxy", "# HAProxy");
    for line in fragment.lines().filter_map(|line| line.split('#').next()).map(str::trim) {
        assert!(configuration.contains(line), "{line}");
    }
}

#[test]
fn redis_has_the_documented_settings() {
    let unquoted = |text: String| text.replace(['"', ',', '\\'], "").split_whitespace().collect::<Vec<_>>().join(" ");
    let files = ["deploy/compose.yaml", "scripts/cluster"].map(|path| (path, unquoted(document::text(path))));
    let settings = document::code_block("docs/scaling.md", "conf", "appendonly");
    // How much memory there is depends on the machine.
    let settings: Vec<&str> = settings.lines().filter(|line| !line.starts_with("maxmemory ")).collect();
    assert!(settings.len() >= 4, "{settings:?}");
    for (path, text) in files {
        for setting in &settings {
            assert!(text.contains(&format!("--{setting}")), "{path}: {setting}");
        }
    }
}
