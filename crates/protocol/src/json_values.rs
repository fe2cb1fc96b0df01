//! Arrays and objects of values that stay unread.

use crate::Json;
use crate::object::write_string;
use crate::raw::{elements, fields};

impl Json {
    /// Returns values as a JSON array.
    pub fn from_elements<'j>(elements: impl IntoIterator<Item = &'j Self>) -> Self {
        Self::array(elements.into_iter().map(|element| element.text().to_owned()))
    }

    /// Returns named values as a JSON object.
    pub fn from_fields<'j>(fields: impl IntoIterator<Item = (&'j str, &'j Self)>) -> Self {
        let mut json = String::from("{");
        for (name, value) in fields {
            if json.len() > 1 {
                json.push(',');
            }
            write_string(name, &mut json);
            json.push(':');
            json.push_str(value.text());
        }
        json.push('}');
        Self::new(json)
    }

    /// Returns the elements if the JSON is an array.
    pub fn as_elements(&self) -> Option<Vec<Self>> {
        let elements = elements(self.text())?.into_iter();
        Some(elements.map(|json| Self::new(json.to_owned())).collect())
    }

    /// Returns the names and values of the fields, in their order, if the JSON is an object.
    pub fn as_fields(&self) -> Option<Vec<(String, Self)>> {
        let fields = fields(self.text())?.into_iter();
        Some(fields.map(|(name, json)| (name.into_owned(), Self::new(json.to_owned()))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_joins_arrays_and_objects_without_reading_their_values() {
        let array = Json::read(r#"[ 1.0, {"a" : [2]}, "x" ]"#).unwrap();
        let elements = array.as_elements().unwrap();
        assert_eq!(Json::from_elements(&elements).text(), r#"[1.0,{"a" : [2]},"x"]"#);
        let object = Json::read("{ \"b\\n\\\"\" : 1e400, \"a\":null }").unwrap();
        let fields = object.as_fields().unwrap();
        let again = Json::from_fields(fields.iter().map(|(name, value)| (name.as_str(), value)));
        assert_eq!(again.text(), "{\"b\\n\\\"\":1e400,\"a\":null}");
        assert_eq!((array.as_fields(), object.as_elements()), (None, None));
        assert_eq!((Json::from_elements([]).text(), Json::from_fields([]).text()), ("[]", "{}"));
    }
}
