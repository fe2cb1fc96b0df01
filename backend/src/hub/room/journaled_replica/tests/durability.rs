//! Messages before and after their receipt.

use super::*;

#[test]
fn a_message_is_seen_when_it_is_durable() {
    let rig = Rig::new(Durability::Commit);
    let (member, _membership, _) = rig.join("r", None);
    let mut first = rig.publish("r", None);
    let mut second = rig.publish("r", None);
    rig.manual.run();
    assert_eq!((answered(&mut first), rig.kept("r"), &*member.offsets.lock()), (None, vec![], &vec![]));
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut first), Some(Ok((1, false))));
    assert_eq!((answered(&mut second), rig.kept("r"), &*member.offsets.lock()), (None, vec![1], &vec![1]));
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut second), Some(Ok((2, false))));
    assert_eq!((rig.kept("r"), &*member.offsets.lock()), (vec![1, 2], &vec![1, 2]));
    assert_eq!(rig.hub.metrics().message_counts()[..2], [2, 0]);
    assert_eq!(rig.calls(), ["begin lobby 0", "begin r 0", "append r 1", "append r 2"]);
}

#[test]
fn a_join_before_the_receipt_receives_the_message_after_its_reply() {
    let rig = Rig::new(Durability::Commit);
    let _first = rig.publish("r", None);
    let _second = rig.publish("r", None);
    rig.confirm(Ok(()));
    let begin = Position { offset: Offset(0), ..rig.join("r", None).2.position };
    let (member, _membership, reply) = rig.join("r", Some(&begin));
    assert_eq!((reply.position.offset, reply.recovered, reply.messages.len()), (Offset(1), true, 1));
    rig.confirm(Ok(()));
    assert_eq!(*member.offsets.lock(), [2]);
}

#[test]
fn offsets_are_used_again_after_a_failure() {
    let rig = Rig::new(Durability::Commit);
    let mut answers: Vec<_> = (0..3).map(|_| rig.publish("r", Some("k"))).collect();
    let mut other = rig.publish("r", None);
    rig.confirm(Ok(()));
    assert_eq!(
        answers.iter_mut().map(answered).collect::<Vec<_>>(),
        [Some(Ok((1, false))), Some(Ok((1, true))), Some(Ok((1, true)))]
    );
    rig.confirm(Err(Unavailable));
    assert_eq!(answered(&mut other), Some(Err(Unavailable.into())));
    let mut next = rig.publish("r", None);
    rig.confirm(Ok(()));
    assert_eq!((answered(&mut next), rig.kept("r")), (Some(Ok((2, false))), vec![1, 2]));
    assert_eq!(rig.hub.metrics().message_counts()[..2], [2, 2]);
}

#[test]
fn nothing_is_published_if_the_journal_refuses() {
    for durability in [Durability::Commit, Durability::Relaxed] {
        let rig = Rig::new(durability);
        let (member, _membership, _) = rig.join("r", None);
        rig.journal.refuses.store(true, Ordering::Relaxed);
        assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Err(Unavailable.into())));
        rig.manual.run();
        assert_eq!((rig.kept("r"), &*member.offsets.lock(), rig.hub.metrics().retained_bytes()), (vec![], &vec![], 0));
        rig.journal.refuses.store(false, Ordering::Relaxed);
        let mut next = rig.publish("r", Some("k"));
        if durability == Durability::Commit {
            rig.confirm(Ok(()));
        }
        assert_eq!(answered(&mut next), Some(Ok((1, false))), "{durability}");
    }
}

#[test]
fn a_relaxed_message_is_seen_at_once_and_was_appended_before() {
    let rig = Rig::new(Durability::Relaxed);
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((1, false))));
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((1, true))));
    assert_eq!(rig.kept("r"), [1]);
    assert_eq!(rig.calls(), ["begin lobby 0", "begin r 0", "append r 1 k"]);
}
