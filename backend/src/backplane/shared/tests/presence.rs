use std::collections::{BTreeMap, BTreeSet};

use yodel_protocol::frame::Target;
use yodel_protocol::{CloseCode, UserId};

use super::*;
use crate::backplane::Backplane;
use crate::backplane::message::Message;
use crate::backplane::shared::simulation::recorded_node::ClientsByNode;
use crate::backplane::signal::{ClientSignal, Signal};

/// Two nodes with one member each.
async fn two_members() -> (TestCluster, [Arc<RecordedMember>; 2]) {
    let test = TestCluster::new(2);
    let members = [test.member(0), test.member(1)];
    test.join(0, &members[0]).await;
    test.join(1, &members[1]).await;
    short_wait().await;
    (test, members)
}

/// Returns what node 0 knows if node 1 has its member.
fn both() -> ClientsByNode {
    BTreeMap::from([("n1.0".to_owned(), BTreeSet::from(["m1".to_owned()]))])
}

fn remote(test: &TestCluster) -> ClientsByNode {
    test.nodes[0].local().remote(&room())
}

#[tokio::test(start_paused = true)]
async fn other_nodes_learn_of_a_change_at_once() {
    let (test, members) = two_members().await;
    assert_eq!(remote(&test), both());
    test.nodes[1].leave(&test.nodes[1].room(&room()), &members[1]);
    short_wait().await;
    assert_eq!(remote(&test), ClientsByNode::new());
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_lease_removes_the_users_of_a_node() {
    let (test, _) = two_members().await;
    test.nodes[1].restart();
    two_checks().await;
    assert_eq!(remote(&test), both(), "the lease is still valid");
    sleep(Duration::from_secs(4)).await;
    assert_eq!(remote(&test), ClientsByNode::new());
}

#[tokio::test(start_paused = true)]
async fn a_node_that_was_frozen_sends_its_users_again() {
    let (test, _) = two_members().await;
    two_checks().await;
    test.cluster.set_node_frozen(1, true);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(remote(&test), ClientsByNode::new());
    test.cluster.set_node_frozen(1, false);
    two_checks().await;
    assert_eq!(remote(&test), both());
}

#[tokio::test(start_paused = true)]
async fn a_failover_that_loses_the_users_is_repaired() {
    let (test, _) = two_members().await;
    two_checks().await;
    test.cluster.fail_over(None);
    for node in 0..2 {
        test.cluster.cut(node);
        test.cluster.reconnect(node);
    }
    two_checks().await;
    for (node, member) in (0..).zip([test.member(0), test.member(1)]) {
        test.join(node, &member).await;
    }
    two_checks().await;
    assert_eq!(remote(&test), both());
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_lost_is_found_after_a_while() {
    let (test, members) = two_members().await;
    test.cluster.set_silent(0, true);
    test.nodes[1].leave(&test.nodes[1].room(&room()), &members[1]);
    short_wait().await;
    assert_eq!(remote(&test), both());
    sleep(Duration::from_secs(7)).await;
    assert_eq!(remote(&test), ClientsByNode::new());
}

#[tokio::test(start_paused = true)]
async fn a_failed_change_is_sent_again() {
    let (test, members) = two_members().await;
    test.cluster.set_network(100, 0, 5);
    test.nodes[1].leave(&test.nodes[1].room(&room()), &members[1]);
    sleep(Duration::from_millis(1_500)).await;
    test.cluster.set_network(0, 0, 5);
    sleep(Duration::from_millis(1_500)).await;
    assert_eq!(remote(&test), ClientsByNode::new());
}

#[tokio::test(start_paused = true)]
async fn more_changes_than_may_wait_are_repaired_when_the_store_is_back() {
    let (test, members) = two_members().await;
    test.cluster.set_node_frozen(1, true);
    let replica = test.nodes[1].room(&room());
    for number in 2..10_000 {
        let passing = test.member(number);
        for clients in [1, 0] {
            test.nodes[1].backplane().set_presence(&replica, vec![passing.entry(clients)]);
        }
    }
    test.join(1, &test.member(2)).await;
    test.nodes[1].leave(&replica, &members[1]);
    test.cluster.set_node_frozen(1, false);
    two_checks().await;
    assert_eq!(remote(&test), BTreeMap::from([("n1.0".to_owned(), BTreeSet::from(["m2".to_owned()]))]));
}

#[tokio::test(start_paused = true)]
async fn signals_beyond_the_queue_are_dropped_and_counted() {
    let test = TestCluster::new(2);
    test.cluster.set_node_frozen(0, true);
    let to = Target::User(UserId::new("ada").unwrap());
    let signal = || {
        let disconnect = ClientSignal::Disconnect { to: to.clone(), code: CloseCode::NORMAL, reason: String::new() };
        test.nodes[0].backplane().signal(Signal::Clients(disconnect))
    };
    // Nothing is sent before this task waits.
    let queued = (0..5000).filter(|_| signal()).count();
    assert_eq!(queued, 4096);
    assert_eq!(test.nodes[0].backplane().metrics().dropped_signals.get(), 904);
    // A batch that fails is lost, and counted as well.
    sleep(Duration::from_millis(1_100)).await;
    assert_eq!(test.nodes[0].backplane().metrics().dropped_signals.get(), 904 + 128);
    test.cluster.set_node_frozen(0, false);
    two_checks().await;
    assert!(signal());
}

#[tokio::test(start_paused = true)]
async fn signals_reach_the_other_nodes() {
    let test = TestCluster::new(3);
    let to = Target::User(UserId::new("ada").unwrap());
    let disconnect = ClientSignal::Disconnect { to, code: CloseCode::NORMAL, reason: String::new() };
    let broadcast = Arc::new(Message::new(room(), None, message("hello", false), 5));
    test.nodes[0].backplane().signal(Signal::Clients(disconnect));
    test.nodes[0].backplane().signal(Signal::Broadcast(broadcast));
    short_wait().await;
    assert_eq!(test.nodes.iter().map(|node| node.local().signals()).collect::<Vec<_>>(), [0, 2, 2]);
}
