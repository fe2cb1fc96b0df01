//! A Redis server that may have lost messages when it restarts: its rooms begin anew, and members are told.

use support::redis::RedisProcess;

use super::{SharedRoom, publish, rejoin};

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn members_are_told_that_messages_may_be_lost() {
    let mut redis = RedisProcess::start_with(&["--appendfsync", "everysec"]);
    let SharedRoom { a, b: _b, mut ada, mut bob, epoch } = SharedRoom::start(&redis.url()).await;
    redis.kill();
    redis.restart();
    assert_eq!(ada.closed().await, (4006, "messages of a room were missed".to_owned()));
    let (next_epoch, offset) = publish(&mut bob, "chat", 2).await;
    assert_ne!(next_epoch, epoch, "no offset of the first epoch is used again");
    assert_eq!(offset, 1);
    let mut ada = a.connect_envelope("/ws").await;
    assert_eq!(rejoin(&mut ada, "chat", (&epoch, 1)).await, (false, next_epoch.clone(), vec![]));
    assert_eq!(rejoin(&mut ada, "chat", (&next_epoch, 0)).await, (true, next_epoch, vec![2]));
}
