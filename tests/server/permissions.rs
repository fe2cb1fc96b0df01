//! Permissions of a token: rooms, broadcasts, and what a renewal changes.

use serde_json::json;
use support::TestClient;
use support::api::token;

use crate::auth::{offer, start};

#[tokio::test]
async fn enforces_room_permissions_of_a_token() {
    let server = start();
    let rooms = json!({"rooms": [
        {"room": "team-*", "may": ["join", "publish"]},
        {"room": "news", "may": ["join", "presence", "history"]},
    ]});
    let offer = offer(&token("42", &rooms));
    let mut ada = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer)]).await;
    let requests = [
        (r#""join","room":"team-a""#, "joined"),
        (r#""publish","room":"team-a","event":"e""#, "ok"),
        (r#""presence","room":"team-a""#, "forbidden"),
        (r#""history","room":"team-a""#, "forbidden"),
        (r#""join","room":"news""#, "joined"),
        (r#""publish","room":"news","event":"e""#, "forbidden"),
        (r#""presence","room":"news""#, "presence"),
        (r#""history","room":"news""#, "history"),
        (r#""join","room":"other""#, "forbidden"),
        (r#""broadcast","event":"e""#, "forbidden"),
        (r#""send","to":{"user":"1"},"event":"e""#, "forbidden"),
        (r#""call","event":"e""#, "forbidden"),
    ];
    for (verb, expected) in requests {
        ada.send(&format!(r#"{{"id":1,"type":{verb}}}"#)).await;
        let reply = loop {
            let frame = ada.next_message().await;
            if frame["id"] == 1 {
                break frame;
            }
        };
        let outcome = if reply["type"] == "error" { &reply["code"] } else { &reply["type"] };
        assert_eq!(outcome, expected, "{verb}");
        if verb.contains("join") && expected == "joined" {
            assert_eq!(
                reply.get("users").is_some(),
                verb.contains("news"),
                "members are listed only with the presence permission"
            );
        }
    }
}

#[tokio::test]
async fn broadcast_claim_permits_broadcast() {
    let server = start();
    let offer = |claims| offer(&token("42", &claims));
    let mut ada =
        server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer(json!({"broadcast": true})))]).await;
    let mut bob = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer(json!({})))]).await;
    let bearer = format!("Bearer {}", token("43", &json!({})));
    let url = format!("ws://{}/ws/broadcast", server.address);
    let mut plain = TestClient::try_connect(&url, &[("authorization", &bearer)]).await.unwrap();
    ada.send(r#"{"id":1,"type":"broadcast","event":"note","data":"all"}"#).await;
    let (one, other) = (ada.next().await, ada.next().await);
    let (ok, push) = if one["type"] == "ok" { (one, other) } else { (other, one) };
    assert_eq!((&ok["delivered"], &push["room"]), (&3.into(), &"*".into()));
    let from = &ada.client_id;
    bob.expect_frame(&format!(
        r#"{{"type":"message","room":"*","event":"note","from":{{"client":"{from}","user":"42"}},"data":"all","time":"TIME"}}"#
    ))
    .await;
    assert_eq!(plain.receive().await, "all");
}

#[tokio::test]
async fn leaves_rooms_that_a_renewed_token_does_not_permit() {
    let server = start();
    let offer = offer(&token("42", &json!({})));
    let mut ada = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer)]).await;
    for room in ["team-a", "team-b"] {
        ada.join(room).await;
    }
    let less = token("42", &json!({"rooms": [{"room": "team-b", "may": ["join"]}]}));
    ada.send(&format!(r#"{{"id":1,"type":"auth","token":"{less}"}}"#)).await;
    while ada.next().await["id"] != 1 {}
    for (room, reply) in [("team-a", "error"), ("team-b", "ok")] {
        ada.send(&format!(r#"{{"id":2,"type":"leave","room":"{room}"}}"#)).await;
        assert_eq!(ada.next_message().await["type"], reply, "{room}");
    }
}

#[tokio::test]
async fn a_renewed_token_with_fewer_rights_applies_to_joined_rooms() {
    let server = start();
    let claims = |may: &[&str], name: &str| json!({"rooms": [{"room": "r", "may": may}], "info": {"name": name}});
    let first = offer(&token("ada", &claims(&["join", "presence"], "Ada")));
    let mut ada = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &first)]).await;
    ada.join("r").await;
    let mut bob =
        server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer(&token("bob", &json!({}))))]).await;
    bob.join("r").await;
    let is_bob = |user: &serde_json::Value| user["user"] == "bob";
    while !ada.next().await["joined"].as_array().is_some_and(|joined| joined.iter().any(is_bob)) {}

    let renewed = token("ada", &claims(&["join"], "Lovelace"));
    ada.send(&format!(r#"{{"id":5,"type":"auth","token":"{renewed}"}}"#)).await;
    assert_eq!(ada.next().await["type"], "ok");
    let is_renamed = |user: &serde_json::Value| user["info"]["name"] == "Lovelace";
    while !bob.next().await["joined"].as_array().is_some_and(|joined| joined.iter().any(is_renamed)) {}

    let mut eve =
        server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer(&token("eve", &json!({}))))]).await;
    eve.join("r").await;
    let is_eve = |user: &serde_json::Value| user["user"] == "eve";
    while !bob.next().await["joined"].as_array().is_some_and(|joined| joined.iter().any(is_eve)) {}
    bob.send(r#"{"id":6,"type":"publish","room":"r","event":"e"}"#).await;
    // Delivered after all presence changes that were published before.
    assert_eq!(ada.next().await["type"], "message", "presence changes end with the permission");
}
