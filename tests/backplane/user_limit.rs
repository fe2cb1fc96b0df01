//! The limit of the connections of a user, on each node and on all of them.

use serde_json::json;
use support::api::{token, with_jwt};
use support::{TestClient, patient};

use crate::implementation::Implementation;
use crate::nodes::Nodes;

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn the_newest_connection_beyond_the_limit_of_all_nodes_is_closed() {
    let (mut config, _secret) = with_jwt(patient());
    config.max_per_user = 2;
    let nodes = Nodes::start_with(Implementation::Redis, config).await;
    let token = token("bob", &json!({}));
    let mut transcript = nodes.transcript();
    transcript.placeholders.insert("BOBTOKEN".to_owned(), token.clone().into());
    transcript
        .play(
            r"
            one connects to /ws with bearer.BOBTOKEN
            two connects to /ws on b with bearer.BOBTOKEN
            ",
        )
        .await;
    // So that the third one is the newest one by far.
    nodes.a().get_until("/api/users/bob", |user| user["clients"][1].is_object()).await;
    transcript.play("three connects to /ws on b with bearer.BOBTOKEN").await;
    // A node rejects at once what exceeds the limit on itself.
    let (url, bearer) = (format!("ws://{}/ws/echo", nodes.b().address), format!("Bearer {token}"));
    assert_eq!(TestClient::try_connect(&url, &[("authorization", &bearer)]).await.err(), Some(429));
    // Not before a lease has passed: the node of the first one could be dead.
    transcript
        .play(
            r#"
            three is closed with 4504
            one > {"id":1,"type":"echo","data":1}
            one < {"id":1,"type":"echo","data":1,"time":"TIME"}
            two > {"id":1,"type":"echo","data":2}
            two < {"id":1,"type":"echo","data":2,"time":"TIME"}
            "#,
        )
        .await;
}
