//! A master that Sentinel replaces by its replica.

use support::redis::{SentinelProcesses, until};

use super::{SharedRoom, assert_message, publish, rejoin, start_nodes};

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn members_are_told_of_a_failover() {
    let mut group = SentinelProcesses::start().await;
    let SharedRoom { a, b: _b, mut ada, mut bob, epoch } = SharedRoom::start(&group.url("main")).await;
    group.servers[0].kill();
    // The replica may lack what the master has acknowledged.
    let (next_epoch, offset) = publish(&mut bob, "chat", 2).await;
    assert_ne!(next_epoch, epoch);
    assert_eq!(offset, 1);
    assert_eq!(ada.closed().await, (4006, "messages of a room were missed".to_owned()));
    let mut ada = a.connect_envelope("/ws").await;
    assert_eq!(rejoin(&mut ada, "chat", (&epoch, 1)).await, (false, next_epoch.clone(), vec![]));
    assert_eq!(rejoin(&mut ada, "chat", (&next_epoch, 0)).await, (true, next_epoch.clone(), vec![2]));
    assert_eq!(publish(&mut bob, "chat", 3).await, (next_epoch, 2));
    assert_message(&mut ada, 2, 3).await;
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_message_that_the_replica_lacks_is_reported_as_lost() {
    let mut group = SentinelProcesses::start().await;
    let [a, b] = start_nodes(&group.url("main")).await;
    let mut bob = b.connect_envelope("/ws").await;
    let (epoch, _) = publish(&mut bob, "chat", 1).await;
    until("the replica has the first message", async || {
        (group.servers[1].cli(&["dbsize"]) == group.servers[0].cli(&["dbsize"])).then_some(())
    })
    .await;
    // The replica lags from now on, so the second message is on the master only.
    group.servers[1].freeze();
    assert_eq!(publish(&mut bob, "chat", 2).await, (epoch.clone(), 2));
    group.servers[0].kill();
    group.servers[1].thaw();
    let (next_epoch, offset) = publish(&mut bob, "chat", 3).await;
    assert_ne!(next_epoch, epoch, "offset 2 is not used again");
    assert_eq!(offset, 1);
    let mut ada = a.connect_envelope("/ws").await;
    assert_eq!(rejoin(&mut ada, "chat", (&epoch, 2)).await, (false, next_epoch.clone(), vec![]));
    assert_eq!(rejoin(&mut ada, "chat", (&epoch, 1)).await, (false, next_epoch, vec![]));
}
