//! A master of a Redis Cluster that its replica replaces.

use support::redis::ClusterProcesses;

use super::{publish, rejoin, start_nodes};

const ROOMS: u64 = 12;

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn rooms_of_the_lost_master_begin_anew_and_others_go_on() {
    let mut cluster = ClusterProcesses::start().await;
    let [a, b] = start_nodes(&cluster.url()).await;
    let mut bob = b.connect_envelope("/ws").await;
    let mut epochs = Vec::new();
    for room in 0..ROOMS {
        epochs.push(publish(&mut bob, &room.to_string(), 1).await.0);
    }
    cluster.servers[0].kill();
    let mut ada = a.connect_envelope("/ws").await;
    let mut kept = 0;
    for (room, epoch) in (0..ROOMS).zip(&epochs) {
        let room = room.to_string();
        let (next_epoch, offset) = publish(&mut bob, &room, 2).await;
        let recovered = rejoin(&mut ada, &room, (epoch, 1)).await;
        if next_epoch == *epoch {
            kept += 1;
            assert_eq!(offset, 2);
            assert_eq!(recovered, (true, next_epoch, vec![2]));
        } else {
            assert_eq!(offset, 1);
            assert_eq!(recovered, (false, next_epoch, vec![]));
        }
    }
    assert!((1..ROOMS).contains(&kept), "{kept} of {ROOMS} rooms go on");
}
