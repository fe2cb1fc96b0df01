//! Answers to scripts.

use std::vec::IntoIter;

use ::redis::Value;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::fault::Fault;

/// First element of an answer: the partition has no generation.
const MISSING: i64 = -1;

/// Elements of an answer that have not been read.
#[derive(Debug)]
pub(super) struct ScriptReply(IntoIter<Value>);

impl ScriptReply {
    /// Starts to read the answer to a script, and returns its first element.
    pub fn of_script(value: Value) -> Result<(i64, Self), Fault> {
        let mut reply = Self::of_list(value)?;
        match reply.value()? {
            Value::Int(MISSING) => Err(Fault::Missing),
            Value::Int(status) => Ok((status, reply)),
            _ => Err(Fault::malformed("a script without a status")),
        }
    }

    /// Starts to read a list.
    pub fn of_list(value: Value) -> Result<Self, Fault> {
        match value {
            Value::Array(values) => Ok(Self(values.into_iter())),
            Value::ServerError(error) => Err(Fault::from_server(&error)),
            _ => Err(Fault::malformed("no list")),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    pub fn value(&mut self) -> Result<Value, Fault> {
        self.0.next().ok_or_else(|| Fault::malformed("a list that is too short"))
    }

    pub fn bytes(&mut self) -> Result<Vec<u8>, Fault> {
        match self.value()? {
            Value::BulkString(bytes) => Ok(bytes),
            Value::SimpleString(text) => Ok(text.into_bytes()),
            _ => Err(Fault::malformed("no string")),
        }
    }

    pub fn text(&mut self) -> Result<String, Fault> {
        String::from_utf8(self.bytes()?).map_err(|_| Fault::malformed("text that is not UTF-8"))
    }

    pub fn number(&mut self) -> Result<u64, Fault> {
        let number = match self.value()? {
            Value::Int(number) => u64::try_from(number).ok(),
            Value::BulkString(digits) => std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok()),
            _ => None,
        };
        number.ok_or_else(|| Fault::malformed("no number"))
    }

    /// Reads a list, or nothing.
    pub fn optional_list(&mut self) -> Result<Option<Self>, Fault> {
        match self.value()? {
            Value::Nil => Ok(None),
            value => Self::of_list(value).map(Some),
        }
    }

    pub fn list(&mut self) -> Result<Self, Fault> {
        Self::of_list(self.value()?)
    }

    pub fn room(&mut self) -> Result<RoomName, Fault> {
        RoomName::new(&self.text()?).map_err(|_| Fault::malformed("an invalid name of a room"))
    }

    /// Reads an epoch and an offset.
    pub fn position(&mut self) -> Result<Position, Fault> {
        let epoch = Epoch::new(&self.text()?).map_err(|_| Fault::malformed("an invalid epoch"))?;
        Ok(Position { epoch, offset: Offset(self.number()?) })
    }
}

/// Returns whether an answer says that the partition has no generation.
pub(super) fn is_missing(value: &Value) -> bool {
    matches!(value, Value::Array(values) if matches!(values.first(), Some(Value::Int(MISSING))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::BulkString(text.into())
    }

    #[test]
    fn reads_numbers_in_both_forms() {
        let mut reply =
            ScriptReply::of_list(Value::Array(vec![Value::Int(7), text("9007199254740993"), text("x")])).unwrap();
        assert_eq!((reply.number(), reply.number()), (Ok(7), Ok(9_007_199_254_740_993)));
        assert!(reply.number().is_err() && reply.number().is_err());
    }

    #[test]
    fn a_missing_generation_is_a_fault() {
        let missing = Value::Array(vec![Value::Int(-1)]);
        assert!(is_missing(&missing));
        assert_eq!(ScriptReply::of_script(missing).unwrap_err(), Fault::Missing);
    }

    #[test]
    fn rejects_unexpected_forms() {
        for value in [Value::Nil, Value::Okay, Value::Array(vec![]), Value::Array(vec![text("x")])] {
            assert!(matches!(ScriptReply::of_script(value).unwrap_err(), Fault::Refused(_)));
        }
        let mut reply = ScriptReply::of_list(Value::Array(vec![text(""), Value::Int(1)])).unwrap();
        assert!(reply.position().is_err());
    }
}
