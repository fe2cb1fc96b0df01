//! Names and values of variables.

use super::template::is_name;
use yodel_protocol::Json;

/// Maximum number of variables.
pub const MAX: usize = 200;
/// Maximum size of a value in bytes.
pub const MAX_BYTES: usize = 16 << 10;
/// Maximum size of a name in bytes.
pub const MAX_NAME: usize = 64;
/// Names of a stored variable's fields.
const FIELDS: [&str; 2] = ["name", "value"];

/// The variable cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableError {
    /// The name is empty, too long, or has other characters than letters, digits, `_` and `-`.
    Name,
    /// The value is longer than [`MAX_BYTES`].
    Size,
    /// The list has [`MAX`] variables.
    Count,
    /// Another variable has this name.
    Taken,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Unique name.
    pub name: String,
    /// Value, which is inserted as it is.
    pub value: String,
}

/// Variables, ordered by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    variables: Vec<Variable>,
}

impl Variables {
    /// Returns the value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.position(name).ok().map(|at| self.variables[at].value.as_str())
    }

    /// Returns all variables.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Variable> {
        self.variables.iter()
    }

    /// Returns whether there are no variables.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// Sets a variable, which may be new.
    ///
    /// # Errors
    /// Returns an error, and changes nothing, if the name is invalid or a limit is reached.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), VariableError> {
        if !is_name(name) || name.len() > MAX_NAME {
            return Err(VariableError::Name);
        } else if value.len() > MAX_BYTES {
            return Err(VariableError::Size);
        }
        match self.position(name) {
            Ok(at) => value.clone_into(&mut self.variables[at].value),
            Err(_) if self.variables.len() >= MAX => return Err(VariableError::Count),
            Err(at) => self.variables.insert(at, Variable { name: name.to_owned(), value: value.to_owned() }),
        }
        Ok(())
    }

    /// Replaces name and value of a variable.
    ///
    /// # Errors
    /// Returns an error, and changes nothing, if another variable has the name, or as [`set`](Self::set) does.
    pub fn replace(&mut self, old: &str, name: &str, value: &str) -> Result<(), VariableError> {
        if old == name {
            return self.set(name, value);
        } else if self.position(name).is_ok() {
            return Err(VariableError::Taken);
        }
        let mut changed = self.clone();
        changed.delete(old);
        changed.set(name, value)?;
        *self = changed;
        Ok(())
    }

    /// Deletes a variable.
    pub fn delete(&mut self, name: &str) {
        self.variables.retain(|variable| variable.name != name);
    }

    /// Returns the variables as JSON.
    pub fn to_json(&self) -> Json {
        Json::records(FIELDS, self.variables.iter().map(|variable| [variable.name.as_str(), variable.value.as_str()]))
    }

    /// Reads variables; `None` if the JSON is not a list of them. Variables beyond a limit are left out.
    pub fn from_json(json: &Json) -> Option<Self> {
        let mut variables = Self::default();
        for [name, value] in json.as_records(FIELDS)? {
            let _ = variables.set(&name, &value);
        }
        Some(variables)
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.variables.binary_search_by(|variable| variable.name.as_str().cmp(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &Variables) -> Vec<&str> {
        variables.iter().map(|variable| variable.name.as_str()).collect()
    }

    #[test]
    fn keeps_the_stored_format() {
        let mut variables = Variables::default();
        variables.set("token", "a \"b\"").unwrap();
        variables.set("id", "1").unwrap();
        let json = variables.to_json();
        assert_eq!(json.text(), r#"[{"name":"id","value":"1"},{"name":"token","value":"a \"b\""}]"#);
        assert_eq!(Variables::from_json(&json), Some(variables));
        assert_eq!(Variables::from_json(&Json::null()), None);
    }

    #[test]
    fn a_name_has_one_value() {
        let mut variables = Variables::default();
        for (name, value) in [("b", "1"), ("a", "2"), ("b", "3")] {
            variables.set(name, value).unwrap();
        }
        assert_eq!((names(&variables), variables.get("b"), variables.get("c")), (vec!["a", "b"], Some("3"), None));
        variables.delete("a");
        assert_eq!(names(&variables), ["b"]);
    }

    #[test]
    fn rejects_names_that_no_message_can_refer_to() {
        let mut variables = Variables::default();
        for name in ["", "1a", "-a", "a b", "$uuid", "a.b", "é", &"x".repeat(MAX_NAME + 1)] {
            assert_eq!(variables.set(name, ""), Err(VariableError::Name), "{name}");
        }
        for name in ["a", "_", "A-1_b", &"x".repeat(MAX_NAME)] {
            assert_eq!(variables.set(name, ""), Ok(()), "{name}");
        }
    }

    #[test]
    fn rejects_values_and_variables_beyond_the_limits() {
        let mut variables = Variables::default();
        assert_eq!(variables.set("a", &"x".repeat(MAX_BYTES + 1)), Err(VariableError::Size));
        for n in 0..MAX {
            variables.set(&format!("v{n}"), &"x".repeat(if n == 0 { MAX_BYTES } else { 0 })).unwrap();
        }
        assert_eq!(variables.set("more", ""), Err(VariableError::Count));
        variables.set("v7", "changed").unwrap();
        variables.replace("v7", "more", "renamed").unwrap();
        assert_eq!((variables.get("v7"), variables.get("more")), (None, Some("renamed")));
    }

    #[test]
    fn replacing_never_overwrites_another_variable() {
        let mut variables = Variables::default();
        variables.set("a", "1").unwrap();
        variables.set("b", "2").unwrap();
        assert_eq!(variables.replace("a", "b", "3"), Err(VariableError::Taken));
        assert_eq!(variables.replace("a", "1", "3"), Err(VariableError::Name));
        assert_eq!((variables.get("a"), variables.get("b")), (Some("1"), Some("2")));
        variables.replace("a", "a", "4").unwrap();
        assert_eq!(variables.get("a"), Some("4"));
    }
}
