use super::*;

#[tokio::test(start_paused = true)]
async fn a_gap_is_read_at_once() {
    let mut test = TestCluster::new(2);
    let member = test.member(0);
    test.join(0, &member).await;
    two_checks().await;
    test.cluster.set_silent(0, true);
    test.publish(1, 2).await;
    test.cluster.set_silent(0, false);
    test.publish(1, 1).await;
    short_wait().await;
    test.check_offset(&member, 3);
    assert_eq!((test.metric(0, "gaps"), test.metric(0, "catch_ups")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_check_finds_the_last_message_if_it_was_lost() {
    let mut test = TestCluster::new(2);
    let member = test.member(0);
    test.join(0, &member).await;
    test.cluster.set_silent(0, true);
    test.publish(1, 2).await;
    two_checks().await;
    test.check_offset(&member, 2);
    assert_eq!((test.metric(0, "gaps"), test.metric(0, "resets")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_message_on_its_way_is_not_read() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    test.join(0, &member).await;
    test.cluster.set_network(0, 0, 300);
    for _ in 0..20 {
        test.publish(0, 1).await;
    }
    test.cluster.set_network(0, 0, 5);
    two_checks().await;
    test.check_offset(&member, 20);
    assert_eq!((test.metric(0, "gaps"), test.metric(0, "catch_ups")), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_interruption_is_read_after_it() {
    let mut test = TestCluster::new(2);
    let member = test.member(0);
    test.join(0, &member).await;
    test.cluster.cut(0);
    test.publish(1, 3).await;
    test.cluster.reconnect(0);
    short_wait().await;
    test.check_offset(&member, 3);
}

#[tokio::test(start_paused = true)]
async fn a_check_finds_another_generation() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    let (replica, _) = test.join(0, &member).await;
    test.publish(0, 3).await;
    two_checks().await;
    test.cluster.set_silent(0, true);
    // The copy has all changes, so that only its generation is another one.
    test.cluster.copy();
    test.cluster.fail_over(None);
    two_checks().await;
    assert_eq!((replica.members(), test.metric(0, "resets")), (0, 1), "the member has to join again");
}

#[tokio::test(start_paused = true)]
async fn a_check_that_no_longer_knows_the_changes_reads_all_rooms() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    test.join(0, &member).await;
    two_checks().await;
    test.cluster.set_silent(0, true);
    test.publish(0, 3).await;
    test.cluster.forget_changes();
    two_checks().await;
    test.check_offset(&member, 3);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_was_frozen_reads_all_rooms() {
    let test = TestCluster::new(2);
    let member = test.member(0);
    test.join(0, &member).await;
    two_checks().await;
    let reads = test.metric(0, "catch_ups");
    test.cluster.set_node_frozen(0, true);
    sleep(Duration::from_secs(2)).await;
    test.cluster.set_node_frozen(0, false);
    two_checks().await;
    assert_eq!(test.metric(0, "catch_ups"), reads, "the lease is still valid");
    test.cluster.set_node_frozen(0, true);
    sleep(Duration::from_secs(4)).await;
    test.cluster.set_node_frozen(0, false);
    two_checks().await;
    assert_eq!((test.metric(0, "catch_ups"), test.metric(0, "resets")), (reads + 1, 0));
    assert!(test.metric(0, "failed_checks") > 1);
}

#[tokio::test(start_paused = true)]
async fn the_position_of_an_idle_room_is_kept() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    test.join(0, &member).await;
    test.publish(0, 1).await;
    sleep(LIFETIME * 3).await;
    test.publish(0, 1).await;
    short_wait().await;
    test.check_offset(&member, 2);
    assert_eq!(test.metric(0, "resets"), 0);
}

#[tokio::test(start_paused = true)]
async fn slow_members_delay_their_room() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    let (replica, _) = test.join(0, &member).await;
    replica.set_full(true);
    test.publish(0, 20).await;
    two_checks().await;
    test.check_offset(&member, 0);
    replica.set_full(false);
    short_wait().await;
    test.check_offset(&member, 20);
    assert_eq!(test.metric(0, "resets"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_room_goes_on_after_a_message_that_cannot_be_read() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    let (replica, _) = test.join(0, &member).await;
    test.publish(0, 1).await;
    test.cluster.publish_damaged(&room());
    short_wait().await;
    assert_eq!(replica.members(), 0);
    assert_eq!(test.join(0, &member).await.1, JoinOutcome::Fresh, "the member learns that it has missed something");
    test.publish(0, 1).await;
    short_wait().await;
    test.check_offset(&member, 3);
}

#[tokio::test(start_paused = true)]
async fn a_gap_that_is_no_longer_kept_disconnects_the_members() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    let (replica, _) = test.join(0, &member).await;
    test.cluster.set_silent(0, true);
    test.publish(0, 3).await;
    test.cluster.trim(&room());
    test.cluster.set_silent(0, false);
    test.publish(0, 1).await;
    short_wait().await;
    assert_eq!((replica.members(), test.metric(0, "resets")), (0, 1));
    assert_eq!(test.join(0, &member).await.1, JoinOutcome::Fresh);
    test.check_offset(&member, 4);
}

#[tokio::test(start_paused = true)]
async fn a_failed_read_is_repeated() {
    let mut test = TestCluster::new(2);
    let member = test.member(0);
    test.join(0, &member).await;
    two_checks().await;
    test.cluster.set_node_frozen(0, true);
    test.cluster.set_silent(0, true);
    test.publish(1, 2).await;
    test.cluster.set_silent(0, false);
    test.publish(1, 1).await;
    sleep(Duration::from_millis(1_500)).await;
    test.check_offset(&member, 0);
    test.cluster.set_node_frozen(0, false);
    // Less than the time until a check finds the messages.
    sleep(Duration::from_millis(200)).await;
    test.check_offset(&member, 3);
}
