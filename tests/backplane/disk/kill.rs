//! A server process that is killed while it publishes.

use std::collections::BTreeMap;

use support::{EnvelopeClient, Yodel};

use super::{epoch, join, numbers, publish, send};

/// Number of times that the process is killed. The variable `KILLS` replaces it.
const KILLS: u64 = 5;
/// Publishes that are not answered at a time.
const IN_FLIGHT: u64 = 32;

/// State of a publisher and a member of the room.
#[derive(Default)]
struct Conversation {
    epoch: Option<String>,
    /// Last number that was sent.
    sent: u64,
    /// Offsets of acknowledged numbers.
    acknowledged: BTreeMap<u64, u64>,
    /// Numbers that the member has received, in order.
    received: Vec<u64>,
}

impl Conversation {
    /// Resumes with a server, publishes until `count` more numbers are acknowledged, and leaves more in flight.
    async fn go_on(&mut self, server: &Yodel, count: u64) {
        let url = format!("{}/ws", server.url.replace("http", "ws"));
        let mut member = self.member(&url).await;
        let mut publisher = open(&url).await;
        let unanswered: Vec<u64> = (1..=self.sent).filter(|number| !self.acknowledged.contains_key(number)).collect();
        for number in &unanswered {
            send(&mut publisher, *number).await;
        }
        let mut in_flight = unanswered.len() as u64;
        for _ in 0..count {
            while in_flight < IN_FLIGHT {
                self.sent += 1;
                send(&mut publisher, self.sent).await;
                in_flight += 1;
            }
            let reply = publisher.next_message().await;
            assert_eq!((&reply["type"], epoch(&reply)), (&"ok".into(), self.epoch.clone().expect("joined")), "{reply}");
            let number = reply["id"].as_u64().expect("an id");
            self.acknowledged.insert(number, reply["offset"].as_u64().expect("an offset"));
            in_flight -= 1;
        }
        // What is acknowledged is delivered.
        while self.received.len() < self.acknowledged.len() {
            self.received.push(member.next_message().await["data"].as_u64().expect("a number"));
        }
    }

    /// Joins after what was received. Everything in between is recovered.
    async fn member(&mut self, url: &str) -> EnvelopeClient {
        let mut member = open(url).await;
        let Some(epoch) = &self.epoch else {
            self.epoch = Some(member.join("chat").await.0);
            return member;
        };
        let joined = join(&mut member, epoch, self.received.len() as u64).await;
        assert_eq!(joined["recovered"], true, "{joined}");
        self.received.extend(numbers(&joined));
        member
    }
}

async fn open(url: &str) -> EnvelopeClient {
    let mut client = EnvelopeClient::connect(url).await;
    assert_eq!(client.next().await["type"], "welcome");
    client
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_doubled_or_reordered() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let data = folder.path().to_str().expect("a path");
    let mut conversation = Conversation::default();
    let kills = std::env::var("KILLS").map_or(KILLS, |kills| kills.parse().expect("KILLS is a number"));
    for round in 0..=kills {
        let server = Yodel::serve(&["--data", data, "--log", "warn"]).await;
        conversation.go_on(&server, 100 + 13 * round).await;
        server.kill().await;
    }
    let Conversation { received, acknowledged, .. } = conversation;
    assert!(received.iter().copied().eq(1..=received.len() as u64), "each once and in order: {received:?}");
    assert!(acknowledged.iter().all(|(number, offset)| number == offset), "{acknowledged:?}");
}

#[tokio::test]
async fn a_kill_begins_new_epochs_if_the_promise_is_relaxed() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let data = folder.path().to_str().expect("a path");
    let server = Yodel::serve(&["--data", data, "--durability", "relaxed"]).await;
    let mut ada = open(&format!("{}/ws", server.url.replace("http", "ws"))).await;
    let before = epoch(&publish(&mut ada, 1).await);
    server.kill().await;
    let server = Yodel::serve(&["--data", data]).await;
    let mut bob = open(&format!("{}/ws", server.url.replace("http", "ws"))).await;
    let joined = join(&mut bob, &before, 1).await;
    assert!(joined["recovered"] == false && epoch(&joined) != before, "{joined}");
}
