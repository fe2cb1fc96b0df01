use super::*;
use crate::backplane::Backplane;
use crate::backplane::listing::{RoomPage, RoomUsers};

/// Rooms `r0` to `r9` in four partitions, with these numbers of members on two of three nodes.
async fn rooms_of_two_nodes(members: [[usize; 2]; 10]) -> TestCluster {
    let test = TestCluster::with_partitions(3, 4);
    let mut number = 0;
    for (room, members) in members.into_iter().enumerate() {
        let name = name(room);
        for (node, members) in members.into_iter().enumerate() {
            for _ in 0..members {
                test.nodes[node].join(&name, &test.member(number)).await.expect("the store answers");
                number += 1;
            }
        }
        test.nodes[0].publish(&name, message("hello", false), Recipients::All).await.unwrap();
    }
    two_checks().await;
    test
}

fn name(room: usize) -> RoomName {
    RoomName::new(&format!("r{room}")).unwrap()
}

fn text(page: &RoomPage) -> String {
    let rooms = page.rooms.iter().map(|room| format!("{}:{}:{} ", room.name, room.members, room.messages));
    format!("{}{}", rooms.collect::<String>(), if page.more { "more" } else { "end" })
}

async fn list(test: &TestCluster, node: usize, after: Option<usize>, limit: usize) -> Result<RoomPage, Unavailable> {
    test.nodes[node].backplane().rooms(after.map(name).as_ref(), limit).expect("rooms are shared").await
}

async fn users(test: &TestCluster, node: usize, limit: usize) -> Result<RoomUsers, Unavailable> {
    test.nodes[node].backplane().users(&name(0), limit).expect("users are shared").await
}

#[tokio::test(start_paused = true)]
async fn every_node_lists_the_rooms_and_members_of_all() {
    let mut members = [[0, 0]; 10];
    (members[0], members[3], members[7]) = ([2, 1], [0, 3], [1, 0]);
    let test = rooms_of_two_nodes(members).await;
    let all = "r0:3:1 r1:0:1 r2:0:1 r3:3:1 r4:0:1 r5:0:1 r6:0:1 r7:1:1 r8:0:1 r9:0:1 end";
    for node in 0..3 {
        assert_eq!(text(&list(&test, node, None, 100).await.unwrap()), all, "node {node}");
    }
    assert_eq!(text(&list(&test, 2, Some(2), 2).await.unwrap()), "r3:3:1 r4:0:1 more");
    assert_eq!(text(&list(&test, 2, Some(9), 2).await.unwrap()), "end");
}

#[tokio::test(start_paused = true)]
async fn a_room_of_other_nodes_is_found_and_none_is_created() {
    let test = rooms_of_two_nodes([[1, 1]; 10]).await;
    let find = async |room: &RoomName| test.nodes[2].backplane().room(room).expect("rooms are shared").await.unwrap();
    assert_eq!(find(&name(4)).await.map(|room| (room.members, room.position.offset.0)), Some((2, 1)));
    let unknown = RoomName::new("unknown").unwrap();
    assert_eq!(find(&unknown).await, None);
    let history = test.nodes[2].backplane().history(&unknown, None, None, 5).await.unwrap();
    assert!(history.is_none());
    assert_eq!(find(&unknown).await, None, "reading a history does not create a room");
    let history = test.nodes[2].backplane().history(&name(4), None, None, 5).await.unwrap();
    assert_eq!(history.map(|(position, page)| (position.offset.0, page.messages.len())), Some((1, 1)));
}

#[tokio::test(start_paused = true)]
async fn the_users_of_a_room_are_those_of_all_nodes() {
    let mut members = [[0, 0]; 10];
    members[0] = [2, 1];
    let test = rooms_of_two_nodes(members).await;
    for node in 0..3 {
        let all = users(&test, node, 3).await.unwrap();
        assert_eq!((all.clients, all.users.len(), all.more), (3, 3, false), "node {node}");
        let first = users(&test, node, 2).await.unwrap();
        assert_eq!((first.clients, first.users.len(), first.more), (3, 2, true), "node {node}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_member_of_this_node_is_listed_at_once() {
    let test = rooms_of_two_nodes([[0, 0]; 10]).await;
    test.nodes[0].join(&name(0), &test.member(0)).await.expect("the store answers");
    assert!(text(&list(&test, 0, None, 1).await.unwrap()).starts_with("r0:1:1 "));
    assert_eq!(users(&test, 0, 5).await.unwrap().clients, 1);
}

#[tokio::test(start_paused = true)]
async fn the_members_of_a_node_without_a_lease_are_not_listed() {
    let test = rooms_of_two_nodes([[1, 2]; 10]).await;
    test.nodes[1].restart();
    sleep(Duration::from_secs(4)).await;
    assert!(text(&list(&test, 2, None, 1).await.unwrap()).starts_with("r0:1:1 "));
    assert_eq!(users(&test, 2, 5).await.unwrap().clients, 1);
}

#[tokio::test(start_paused = true)]
async fn without_the_store_a_listing_is_unavailable() {
    let test = rooms_of_two_nodes([[1, 1]; 10]).await;
    test.cluster.set_node_frozen(0, true);
    assert_eq!(list(&test, 0, None, 5).await, Err(Unavailable));
    assert_eq!(users(&test, 0, 5).await, Err(Unavailable));
    assert_eq!(test.nodes[0].backplane().room(&name(0)).expect("rooms are shared").await, Err(Unavailable));
}

#[tokio::test(start_paused = true)]
async fn listings_wait_for_each_other_and_not_for_ever() {
    let test = rooms_of_two_nodes([[1, 1]; 10]).await;
    test.cluster.set_node_frozen(0, true);
    let backplane = test.nodes[0].backplane();
    let started = tokio::time::Instant::now();
    let listings: Vec<_> = (0..50).filter_map(|_| backplane.rooms(None, 5)).collect();
    for listing in listings {
        assert_eq!(listing.await, Err(Unavailable));
    }
    assert!(started.elapsed() <= Duration::from_secs(6), "{:?}", started.elapsed());
    test.cluster.set_node_frozen(0, false);
    two_checks().await;
    assert!(list(&test, 0, None, 5).await.is_ok());
}
