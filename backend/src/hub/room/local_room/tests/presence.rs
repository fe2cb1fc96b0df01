//! Members, and what watchers receive of them.

use yodel_protocol::ClientId;

use super::*;

#[test]
fn presence_changes_are_sent_once_per_tick_to_watchers() {
    let manual = ManualEnvironment::new(1);
    let hub = Hub::new(retention(), manual.environment());
    let (recorder, membership, _) = join(&hub, "r", &user("a"), None);
    let request = JoinRequest { presence_key: &user("b"), info: None, watches: false, since: None };
    let (non_watcher, unseen, reply) = TestSubscriber::join(&hub, "r", &request, None);
    assert!(reply.present.is_none());
    let tabs: Vec<_> = (0..3).map(|_| join(&hub, "r", &user("c"), None)).collect();
    advance(&hub, &manual, TICK);
    let first = recorder.diffs.lock().drain(..).collect::<Vec<_>>();
    assert_eq!(first.len(), 1, "all changes in one diff: {first:?}");
    assert_eq!((users(&first[0].joined), users(&first[0].left)), ("a b c".to_owned(), String::new()));
    drop((tabs, unseen));
    advance(&hub, &manual, Duration::from_secs(9));
    assert!(recorder.diffs.lock().is_empty(), "within the grace period");
    advance(&hub, &manual, Duration::from_secs(3));
    let left = recorder.diffs.lock().drain(..).collect::<Vec<_>>();
    assert_eq!(left.len(), 1, "all changes in one diff: {left:?}");
    assert_eq!((users(&left[0].joined), users(&left[0].left)), (String::new(), "b c".to_owned()));
    assert!(non_watcher.diffs.lock().is_empty(), "not a watcher");
    drop(membership);
}

#[tokio::test]
async fn a_second_join_replaces_the_first_membership() {
    let hub = new_hub(retention());
    let client = PresenceKey::Client(ClientId::new("c_1").unwrap());
    let (_, first, reply) = join(&hub, "r", &client, None);
    publish(&hub, "r");
    let request = JoinRequest { presence_key: &client, info: None, watches: true, since: Some(&reply.position) };
    let (again, second, resumed) = TestSubscriber::join(&hub, "r", &request, Some(first));
    assert_eq!((resumed.recovered, resumed.messages.len()), (true, 1));
    let snapshot = resumed.present.unwrap();
    assert_eq!((snapshot.clients, snapshot.users[0].clients), (1, 1));
    assert_eq!(second.room.presence(), snapshot);
    publish(&hub, "r");
    delivered(&second).await;
    assert_eq!(*again.offsets.lock(), [2]);
    drop(second);
    assert_eq!(hub.find_room(&name("r")).unwrap().presence().clients, 0);
}
