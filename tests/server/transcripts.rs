//! Replays the transcripts of docs/protocol.md against a server.

use serde_json::json;
use support::api::token;
use support::{TestServer, Transcript};
use yodel_server::ServerConfig;

const DOCUMENT: &str = include_str!("../../docs/protocol.md");

/// A transcript of the document: its number in the document, whether the server requires tokens, and its lines.
struct Documented {
    number: usize,
    auth: bool,
    lines: Vec<&'static str>,
}

fn transcripts() -> Vec<Documented> {
    let blocks = DOCUMENT.split("\n```transcript").skip(1);
    let parse = |(number, block): (usize, &'static str)| {
        let (head, rest) = block.split_once('\n').expect("code block has lines");
        let body = rest.split("\n```").next().expect("code block is closed");
        Documented { number: number + 1, auth: head.trim() == "auth", lines: body.lines().collect() }
    };
    blocks.enumerate().map(parse).collect()
}

#[tokio::test]
async fn document_transcripts_match_the_server() {
    let transcripts = transcripts();
    assert!(transcripts.len() >= 12, "transcripts are found");
    for Documented { number, auth, lines } in transcripts {
        eprintln!("transcript {number}");
        let start = if auth { TestServer::start_jwt } else { TestServer::start };
        let server = start(ServerConfig::default());
        let mut transcript = Transcript::new(vec![&server]);
        let token = token("42", &json!({"exp": 9_999_999_999_u64}));
        transcript.placeholders.insert("TOKEN".to_owned(), token.into());
        for line in lines {
            match line {
                "the server stops" => server.stop(),
                line => transcript.play(line).await,
            }
        }
    }
}

#[test]
fn document_covers_every_verb_and_close_code() {
    for (folder, arrow) in [("client", " > "), ("server", " < ")] {
        for file in std::fs::read_dir(support::yodel::root().join("crates/protocol/golden").join(folder)).unwrap() {
            let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            let verb = name.split('-').next().unwrap().to_owned();
            if verb == "result" {
                continue; // Sent by call handlers only, which tests/server/handlers.rs tests.
            }
            let shown =
                DOCUMENT.lines().any(|line| line.contains(arrow) && line.contains(&format!(r#""type":"{verb}""#)));
            assert!(shown, "no transcript shows {verb}");
        }
    }
    for code in (4001..=4007).chain(4501..=4505) {
        assert!(DOCUMENT.contains(&code.to_string()), "{code}");
    }
}
