use super::*;
use crate::backplane::Backplane;
use crate::backplane::shared::simulated_store::PublishFault;

impl TestCluster {
    fn availability(&self) -> Vec<bool> {
        self.nodes.iter().map(|node| node.backplane().is_available()).collect()
    }

    async fn publish_in_vain(&self, node: usize) {
        let failed = self.nodes[node].publish(&room(), message("s0/1/keyed", true), Recipients::All).await;
        assert_eq!(failed, Err(UNAVAILABLE));
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_refuses_publishes_is_unavailable_to_all_nodes() {
    let mut test = TestCluster::new(2);
    two_checks().await;
    assert_eq!(test.availability(), [true, true]);
    test.cluster.set_publish_fault(Some(PublishFault::Refused));
    two_checks().await;
    assert_eq!(test.availability(), [false, false], "although nobody publishes");
    assert_eq!(test.metric(0, "failed_checks"), 0);
    test.cluster.set_publish_fault(None);
    two_checks().await;
    assert_eq!(test.availability(), [true, true]);
    test.publish(0, 1).await;
}

#[tokio::test(start_paused = true)]
async fn what_only_a_publish_can_find_makes_its_node_unavailable_until_a_probe_can_write() {
    let test = TestCluster::new(2);
    two_checks().await;
    test.cluster.set_publish_fault(Some(PublishFault::Unwritten));
    two_checks().await;
    assert_eq!(test.availability(), [true, true], "nobody has published");
    test.publish_in_vain(0).await;
    two_checks().await;
    assert_eq!(test.availability(), [false, true]);
    two_checks().await;
    assert_eq!(test.availability(), [false, true], "a probe that does not write is no proof");
    test.cluster.set_publish_fault(None);
    two_checks().await;
    assert_eq!(test.availability(), [true, true], "although nobody publishes");
}

#[tokio::test(start_paused = true)]
async fn a_publish_that_failed_once_does_not_make_its_node_unavailable() {
    let test = TestCluster::new(1);
    two_checks().await;
    test.cluster.set_publish_fault(Some(PublishFault::Unwritten));
    // Without a key, it is not repeated.
    let failed = test.nodes[0].publish(&room(), message("s0/1/plain", false), Recipients::All).await;
    assert_eq!(failed, Err(UNAVAILABLE));
    test.cluster.set_publish_fault(None);
    for _ in 0..20 {
        assert_eq!(test.availability(), [true]);
        short_wait().await;
    }
}
