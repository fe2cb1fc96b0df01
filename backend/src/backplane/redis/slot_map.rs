//! Which server of a Cluster has which slots.

use ::redis::Value;

use super::address::Address;
use super::fault::Fault;
use super::reply::ScriptReply;

/// Which server of a Cluster has which slots, as one of its servers says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SlotMap {
    /// First and last slot, and the master.
    ranges: Vec<(u16, u16, Address)>,
}

impl SlotMap {
    /// Reads the answer to `CLUSTER SLOTS`. A server that does not know its own address omits it; it is the address
    /// that was `asked`.
    pub fn parse(answer: Value, asked: &Address) -> Result<Self, Fault> {
        let mut answer = ScriptReply::of_list(answer)?;
        let mut ranges = Vec::new();
        while !answer.is_empty() {
            let mut range = answer.list()?;
            let (first, last) = (slot(&mut range)?, slot(&mut range)?);
            let mut master = range.list()?;
            let host = match master.value()? {
                Value::BulkString(host) if !host.is_empty() && host != b"?" => String::from_utf8(host).ok(),
                _ => None,
            };
            let port = u16::try_from(master.number()?).map_err(|_| Fault::malformed("a port"))?;
            ranges.push((first, last, Address::new(host.unwrap_or_else(|| asked.host.clone()), port)));
        }
        Ok(Self { ranges })
    }

    /// Returns the master of a slot.
    pub fn owner(&self, slot: u16) -> Option<&Address> {
        self.ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&slot)).map(|(_, _, address)| address)
    }
}

fn slot(range: &mut ScriptReply) -> Result<u16, Fault> {
    u16::try_from(range.number()?).map_err(|_| Fault::malformed("a slot"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, last: i64, host: Value, port: i64) -> Value {
        let master = Value::Array(vec![host, Value::Int(port), Value::BulkString(b"id".to_vec())]);
        Value::Array(vec![Value::Int(first), Value::Int(last), master])
    }

    #[test]
    fn finds_the_master_of_a_slot() {
        let host = Value::BulkString(b"host".to_vec());
        let answer = Value::Array(vec![range(0, 9, host, 1), range(11, 20, Value::Nil, 2)]);
        let map = SlotMap::parse(answer, &Address::new("asked", 3)).unwrap();
        assert_eq!(map.owner(0), Some(&Address::new("host", 1)));
        assert_eq!((map.owner(9), map.owner(10)), (Some(&Address::new("host", 1)), None));
        assert_eq!(map.owner(20), Some(&Address::new("asked", 2)));
    }

    #[test]
    fn rejects_other_answers() {
        for answer in [Value::Okay, Value::Array(vec![Value::Int(1)]), Value::Array(vec![range(-1, 0, Value::Nil, 1)])]
        {
            assert!(SlotMap::parse(answer, &Address::new("asked", 3)).is_err());
        }
    }
}
