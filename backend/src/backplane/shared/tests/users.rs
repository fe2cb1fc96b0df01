use yodel_protocol::UserId;

use super::*;
use crate::backplane::Backplane;
use crate::backplane::shared::node::Node;

fn ada() -> UserId {
    UserId::new("ada").unwrap()
}

/// Opens a connection of a user at a time that names it.
fn connect(test: &TestCluster, node: usize, since: u64) {
    test.nodes[node].local().connect(&ada(), since);
    test.nodes[node].backplane().connections_changed(&ada());
}

/// Returns the times of the connections that a node lists.
async fn listed(test: &TestCluster, node: usize) -> Vec<u64> {
    let connections = test.nodes[node].backplane().connections(&ada()).expect("users are shared").await;
    connections.expect("the store answers").iter().map(|connection| connection.since).collect()
}

/// Returns the times of the connections to each node.
fn open(test: &TestCluster) -> Vec<Vec<u64>> {
    let here = |node: &Arc<SimulatedNode>| node.local().connections_here(&ada());
    test.nodes.iter().map(|node| here(node).iter().map(|connection| connection.since).collect()).collect()
}

#[tokio::test(start_paused = true)]
async fn every_node_lists_the_connections_of_a_user_to_all() {
    let test = TestCluster::with_partitions(3, 4);
    for (node, since) in [(0, 5), (1, 3), (0, 4), (1, 6)] {
        connect(&test, node, since);
    }
    two_checks().await;
    for node in 0..3 {
        assert_eq!(listed(&test, node).await, [3, 4, 5, 6], "node {node}");
    }
    let first = test.nodes[0].local().connections_here(&ada())[0].client.clone();
    test.nodes[0].local().close_excess(&[first]);
    test.nodes[0].backplane().connections_changed(&ada());
    two_checks().await;
    assert_eq!(listed(&test, 2).await, [3, 4, 6]);
}

#[tokio::test(start_paused = true)]
async fn the_newest_connections_beyond_the_limit_are_closed_after_a_lease() {
    // The limit of the simulated nodes is 3.
    let test = TestCluster::new(2);
    for (node, since) in [(0, 1), (1, 2), (0, 3), (1, 4), (0, 5)] {
        connect(&test, node, since);
    }
    two_checks().await;
    assert_eq!(open(&test), [vec![1, 3, 5], vec![2, 4]], "one of the nodes may be dead");
    sleep(Duration::from_secs(6)).await;
    assert_eq!(open(&test), [vec![1, 3], vec![2]]);
}

#[tokio::test(start_paused = true)]
async fn connections_to_a_dead_node_close_no_others() {
    let test = TestCluster::new(2);
    for (node, since) in [(0, 1), (0, 2), (0, 3)] {
        connect(&test, node, since);
    }
    two_checks().await;
    test.nodes[0].restart();
    for since in [4, 5, 6] {
        connect(&test, 1, since);
    }
    sleep(Duration::from_secs(20)).await;
    assert_eq!(open(&test), [vec![], vec![4, 5, 6]]);
    assert_eq!(listed(&test, 0).await, [4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn lists_are_written_again_after_a_failover_that_loses_them() {
    let test = TestCluster::new(2);
    connect(&test, 1, 7);
    two_checks().await;
    test.cluster.fail_over(None);
    for node in 0..2 {
        test.cluster.cut(node);
        test.cluster.reconnect(node);
    }
    two_checks().await;
    two_checks().await;
    assert_eq!(listed(&test, 0).await, [7]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_write_is_repeated() {
    let test = TestCluster::new(2);
    two_checks().await;
    test.cluster.set_network(100, 0, 5);
    connect(&test, 1, 7);
    sleep(Duration::from_millis(1_500)).await;
    test.cluster.set_network(0, 0, 5);
    sleep(Duration::from_secs(3)).await;
    assert_eq!(listed(&test, 0).await, [7]);
}

#[tokio::test(start_paused = true)]
async fn users_that_come_and_go_while_the_store_is_away_are_forgotten() {
    let test = TestCluster::new(2);
    connect(&test, 1, 7);
    two_checks().await;
    assert_eq!(listed(&test, 0).await, [7]);
    test.cluster.set_node_frozen(1, true);
    let (local, backplane) = (test.nodes[1].local(), test.nodes[1].backplane());
    let change = |user: &UserId, is_here: bool| {
        if is_here {
            local.connect(user, 8);
        } else {
            local.close_excess(
                &local.connections_here(user)[..1].iter().map(|here| here.client.clone()).collect::<Vec<_>>(),
            );
        }
        backplane.connections_changed(user);
    };
    let mut most = 0;
    for number in 0..20_000 {
        let user = UserId::new(&format!("u{number}")).unwrap();
        change(&user, true);
        change(&user, false);
        if number % 500 == 0 {
            sleep(Duration::from_secs(1)).await;
            most = most.max(backplane.queued_presence());
        }
    }
    change(&ada(), false);
    assert!(most < 4_000, "{most} users wait");
    test.cluster.set_node_frozen(1, false);
    sleep(Duration::from_secs(20)).await;
    assert_eq!((backplane.queued_presence(), listed(&test, 0).await), (0, vec![]));
}

#[tokio::test(start_paused = true)]
async fn lists_are_renewed_evenly() {
    const USERS: usize = 2_000;
    let test = TestCluster::with_partitions(1, 4);
    for number in 0..USERS {
        let user = UserId::new(&format!("u{number}")).unwrap();
        test.nodes[0].local().connect(&user, 1);
        test.nodes[0].backplane().connections_changed(&user);
    }
    sleep(Duration::from_secs(10)).await;
    let (mut before, mut peak) = (test.cluster.operations("set_connections"), 0);
    assert_eq!(test.nodes[0].backplane().queued_presence(), 0);
    let start = before;
    // Three renewals.
    for _ in 0..LIFETIME.as_secs() {
        sleep(Duration::from_secs(1)).await;
        let now = test.cluster.operations("set_connections");
        (before, peak) = (now, peak.max(now - before));
    }
    assert!((USERS * 29 / 10..=USERS * 31 / 10).contains(&(before - start)), "{} writes", before - start);
    assert!(peak <= 2 * 3 * USERS / 60, "{peak} in a second");
}
