use yodel_protocol::{Epoch, Offset, Position};

use super::*;
use crate::backplane::Backplane;

#[tokio::test(start_paused = true)]
async fn follows_share_one_subscription() {
    let test = TestCluster::new(1);
    let (backplane, replica) = (test.nodes[0].backplane(), test.nodes[0].room(&room()));
    let follows = [(); 3].map(|()| backplane.follow(&replica, None));
    for follow in follows {
        assert!(follow.await.is_ok_and(|messages| messages.is_empty()));
    }
    assert_eq!((test.cluster.operations("subscribe"), test.cluster.operations("read")), (1, 1));
    assert_eq!(replica.position().map(|position| position.offset), Some(Offset(0)));
    assert!(backplane.follow(&replica, None).now().is_ok(), "a followed room needs no answer of the store");
}

#[tokio::test(start_paused = true)]
async fn the_room_keeps_what_a_short_interruption_missed() {
    let mut test = TestCluster::new(1);
    let (replica, member) = (test.nodes[0].room(&room()), test.member(0));
    test.join(0, &member).await;
    replica.leave(&member);
    test.publish(0, 4).await;
    short_wait().await;
    let reads = test.cluster.operations("read");
    assert_eq!(test.join(0, &member).await.1, JoinOutcome::Recovered);
    assert_eq!(test.cluster.operations("read"), reads);
    test.check_offset(&member, 4);
}

#[tokio::test(start_paused = true)]
async fn reads_what_the_room_does_not_keep() {
    let mut test = TestCluster::new(2);
    let (stays, resumes) = (test.member(0), test.member(1));
    test.join(0, &stays).await;
    let (replica, _) = test.join(0, &resumes).await;
    replica.leave(&resumes);
    test.publish(1, 30).await;
    short_wait().await;
    assert_eq!(test.join(0, &resumes).await.1, JoinOutcome::Recovered);
    test.check_offset(&resumes, 30);
    let (replica, _) = test.join(0, &resumes).await;
    replica.leave(&resumes);
    test.publish(0, HISTORY + 1).await;
    short_wait().await;
    assert_eq!(test.join(0, &resumes).await.1, JoinOutcome::Fresh, "the history has lost a message");
    test.check_offset(&stays, 91);
}

#[tokio::test(start_paused = true)]
async fn the_first_follow_recovers_as_well() {
    let mut test = TestCluster::new(2);
    let member = test.member(0);
    let (replica, _) = test.join(0, &member).await;
    replica.leave(&member);
    test.publish(0, 30).await;
    assert_eq!(test.join(1, &member).await.1, JoinOutcome::Recovered);
    test.check_offset(&member, 30);
}

#[tokio::test(start_paused = true)]
async fn waits_until_the_room_has_reached_the_position_of_the_member() {
    let mut test = TestCluster::new(2);
    let (moves, stays) = (test.member(0), test.member(1));
    test.join(1, &stays).await;
    let (replica, _) = test.join(0, &moves).await;
    test.cluster.set_silent(1, true);
    test.publish(0, 3).await;
    short_wait().await;
    test.check_offset(&moves, 3);
    test.check_offset(&stays, 0);
    replica.leave(&moves);
    assert_eq!(test.join(1, &moves).await.1, JoinOutcome::Recovered);
    test.check_offset(&moves, 3);
    test.check_offset(&stays, 3);
}

#[tokio::test(start_paused = true)]
async fn a_member_of_a_later_epoch_does_not_return_to_an_earlier_one() {
    let mut test = TestCluster::new(2);
    let (moves, stays) = (test.member(0), test.member(1));
    test.join(0, &moves).await;
    let (behind, _) = test.join(1, &stays).await;
    test.publish(0, 3).await;
    short_wait().await;
    test.cluster.fail_over(None);
    // The second node learns of the failover from its next check.
    test.publish_refused(0).await;
    test.publish(0, 2).await;
    short_wait().await;
    let (replica, outcome) = test.join(0, &moves).await;
    assert_eq!(outcome, JoinOutcome::Fresh);
    replica.leave(&moves);
    test.publish(0, 1).await;
    assert_ne!(behind.position().map(|position| position.epoch), moves.position().map(|position| position.epoch));
    assert_eq!(test.join(1, &moves).await.1, JoinOutcome::Recovered);
    assert_eq!(moves.position(), test.cluster.position(&room()));
    test.check_offset(&moves, 3);
}

#[tokio::test(start_paused = true)]
async fn does_not_wait_for_an_invented_position() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    test.join(0, &member).await;
    test.publish(0, 2).await;
    let (backplane, replica) = (test.nodes[0].backplane(), test.nodes[0].room(&room()));
    let epoch = test.cluster.position(&room()).map(|position| position.epoch);
    for since in [
        Position { epoch: epoch.unwrap(), offset: Offset(u64::MAX) },
        Position { epoch: Epoch::new("invented").unwrap(), offset: Offset(1) },
    ] {
        let messages = backplane.follow(&replica, Some(&since)).await;
        assert!(messages.is_ok_and(|messages| messages.is_empty()), "{since:?}");
    }
    test.check_offset(&member, 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_follow_starts_from_scratch() {
    let test = TestCluster::new(1);
    let (backplane, replica) = (test.nodes[0].backplane(), test.nodes[0].room(&room()));
    test.cluster.cut(0);
    let [first, second] = [(); 2].map(|()| backplane.follow(&replica, None));
    assert!(first.await.is_err() && second.await.is_err());
    assert_eq!((test.metric(0, "followed_rooms"), test.cluster.subscriptions(0).len()), (0, 0));
    test.cluster.reconnect(0);
    assert!(backplane.follow(&replica, None).await.is_ok());
    assert_eq!((test.metric(0, "followed_rooms"), test.cluster.subscriptions(0).len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_follow_times_out() {
    let test = TestCluster::new(1);
    let (backplane, replica) = (test.nodes[0].backplane(), test.nodes[0].room(&room()));
    test.cluster.set_frozen(true);
    assert!(backplane.follow(&replica, None).await.is_err());
    test.cluster.set_frozen(false);
    assert!(backplane.follow(&replica, None).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_message_that_arrives_while_a_room_starts_is_not_lost() {
    let mut test = TestCluster::new(2);
    let member = test.member(0);
    let (replica, _) = test.join(0, &member).await;
    replica.leave(&member);
    test.cluster.set_network(0, 0, 30);
    let room = room();
    for offset in 1..40 {
        let (_, joined) = tokio::join!(
            test.nodes[0].publish(&room, message(&format!("s0/{offset}/keyed"), true), Recipients::All),
            test.nodes[1].join(&room, &member)
        );
        // Less than the time to a check that would find the message.
        sleep(Duration::from_millis(100)).await;
        assert_eq!(member.position().map(|position| position.offset), Some(Offset(offset)));
        test.nodes[1].room(&room).leave(&member);
        assert!(joined.is_some());
        // The room is no longer followed.
        sleep(Duration::from_secs(4)).await;
    }
    test.sent = 40;
    test.check_offset(&member, 39);
}

#[tokio::test(start_paused = true)]
async fn another_replica_takes_the_place_of_a_closed_one() {
    let mut test = TestCluster::new(1);
    let member = test.member(0);
    let (closed, _) = test.join(0, &member).await;
    closed.leave(&member);
    test.nodes[0].close(&room());
    let (replica, _) = test.join(0, &member).await;
    assert!(!Arc::ptr_eq(&closed, &replica));
    test.publish(0, 3).await;
    short_wait().await;
    test.check_offset(&member, 3);
    let follow = test.nodes[0].backplane().follow(&closed, None);
    assert!(follow.now().is_ok(), "the caller finds out that it is closed");
    test.publish(0, 1).await;
    short_wait().await;
    test.check_offset(&member, 4);
    assert_eq!(test.metric(0, "followed_rooms"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unused_room_ends() {
    let test = TestCluster::new(1);
    let member = test.member(0);
    let (replica, _) = test.join(0, &member).await;
    sleep(Duration::from_secs(10)).await;
    assert_eq!(test.metric(0, "followed_rooms"), 1, "it has a member");
    replica.leave(&member);
    sleep(Duration::from_secs(4)).await;
    assert_eq!((test.metric(0, "followed_rooms"), test.cluster.subscriptions(0).len()), (0, 0));
    assert_eq!(replica.position(), None);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_backplane_answers_everything() {
    let test = TestCluster::new(1);
    let (backplane, replica) = (test.nodes[0].backplane(), test.nodes[0].room(&room()));
    test.cluster.set_frozen(true);
    let follow = backplane.follow(&replica, None);
    let history = backplane.history(&room(), None, None, 10);
    let publish = test.nodes[0].publish(&room(), message("s0/1/keyed", true), Recipients::All);
    short_wait().await;
    test.nodes[0].restart();
    assert!(follow.await.is_err() && history.await.is_err());
    assert_eq!(publish.await, Err(UNAVAILABLE));
    assert!(backplane.follow(&replica, None).await.is_err());
    let publish = backplane.publish(&replica, message("s0/2/keyed", true), Recipients::All, false);
    assert_eq!(publish.unwrap().await, Err(UNAVAILABLE));
}

#[tokio::test(start_paused = true)]
async fn reads_the_history_of_a_room_that_is_not_followed() {
    let mut test = TestCluster::new(2);
    test.publish(0, 10).await;
    let backplane = test.nodes[1].backplane();
    let history = |before: Option<u64>, limit| {
        let answer = backplane.history(&room(), None, before.map(Offset), limit);
        async move {
            let (position, page) = answer.await.unwrap().unwrap();
            let offsets: Vec<_> = page.messages.iter().filter_map(|message| message.offset()).map(|o| o.0).collect();
            (position.offset.0, offsets, page.more)
        }
    };
    assert_eq!(history(None, 3).await, (10, vec![8, 9, 10], true));
    assert_eq!(history(Some(3), 5).await, (10, vec![1, 2], false));
    test.cluster.publish_damaged(&room());
    assert_eq!(history(None, 2).await, (11, vec![10], true));
    assert_eq!(test.metric(1, "followed_rooms"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_room_without_messages_exists_on_nodes_that_have_it() {
    let test = TestCluster::new(1);
    let (backplane, replica) = (test.nodes[0].backplane(), test.nodes[0].room(&room()));
    assert!(backplane.history(&room(), None, None, 10).await.is_ok_and(|history| history.is_none()));
    assert!(backplane.history(&room(), Some(&replica), None, 10).await.is_ok_and(|history| history.is_some()));
}
