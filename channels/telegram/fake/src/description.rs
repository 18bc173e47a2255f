//! Whether a request is one that the Bot API describes.
//!
//! The machine-readable description of the Bot API is read where `BELLHOP_FIXTURES` names its folder; without it, a table of our own serves.

mod own;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::args::Args;

/// Where the description lies in the folder of fixtures.
const FILE: &str = "telegram/spec/bot-api-9.2.json";

/// The methods of the Bot API and what they take.
pub(crate) struct Description {
    /// By name in lower case.
    methods: BTreeMap<String, Method>,
    /// Objects by name; empty when the description is our own table.
    objects: Map<String, Value>,
}

struct Method {
    name: String,
    fields: Vec<Field>,
    /// Empty in our own table.
    returns: Vec<String>,
}

struct Field {
    name: String,
    kinds: Vec<String>,
    required: bool,
}

impl Description {
    /// The description in the fixtures, or our own table where no fixtures are named.
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment where fixtures are")]
    pub fn load() -> Self {
        match std::env::var_os("BELLHOP_FIXTURES") {
            None => Self::own(),
            Some(folder) => {
                let file = std::path::Path::new(&folder).join(FILE);
                let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                Self::published(&serde_json::from_str(&text).expect("the description is JSON"))
            }
        }
    }

    fn published(spec: &Value) -> Self {
        let texts = |list: &Value| list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        let field = |field: &Value| Field {
            name: field["name"].as_str().unwrap_or_default().to_owned(),
            kinds: texts(&field["types"]),
            required: field["required"] == true,
        };
        let method = |(name, method): (&String, &Value)| {
            let fields = method["fields"].as_array().into_iter().flatten().map(field).collect();
            (name.to_lowercase(), Method { name: name.clone(), fields, returns: texts(&method["returns"]) })
        };
        let methods = spec["methods"].as_object().expect("methods").iter().map(method).collect();
        Self { methods, objects: spec["types"].as_object().expect("types").clone() }
    }

    /// Our own table, of the methods that the fake plays.
    pub fn own() -> Self {
        let field = |field: &str| {
            let (name, kind) = field.split_once(':').expect("name:kind");
            let kinds = match kind {
                "id" => vec!["Integer".to_owned(), "String".to_owned()],
                "file" => vec!["InputFile".to_owned(), "String".to_owned()],
                kind => vec![kind.to_owned()],
            };
            Field { name: name.trim_end_matches('!').to_owned(), kinds, required: name.ends_with('!') }
        };
        let method = |line: &str| {
            let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
            let fields = rest.split_whitespace().map(field).collect();
            (name.to_lowercase(), Method { name: name.to_owned(), fields, returns: Vec::new() })
        };
        Self { methods: own::METHODS.lines().map(str::trim).filter(|line| !line.is_empty()).map(method).collect(), objects: Map::new() }
    }

    /// The method's name as it is written in the documentation.
    pub fn name(&self, method: &str) -> Option<&str> {
        self.methods.get(method).map(|method| method.name.as_str())
    }

    /// Gives the arguments of a known method their types; the error says all that is wrong with them.
    pub fn check(&self, method: &str, args: &mut Args) -> Result<(), Vec<String>> {
        let Some(method) = self.methods.get(method) else { return Err(vec!["unknown method".into()]) };
        let mut wrong = Vec::new();
        for name in args.values.keys().chain(args.files.keys().filter(|name| !args.attached(name))) {
            if !method.fields.iter().any(|field| field.name == *name) {
                wrong.push(format!("unknown parameter {name}"));
            }
        }
        for field in &method.fields {
            let takes_file = field.kinds.iter().any(|kind| kind == "InputFile");
            match (args.values.get(&field.name), args.files.contains_key(&field.name)) {
                (None, true) if takes_file => {}
                (None, true) => wrong.push(format!("{} is a file, but must be {}", field.name, field.kinds.join(" or "))),
                (None, false) if field.required => wrong.push(format!("parameter {} is missing", field.name)),
                (None, false) => {}
                (Some(value), _) => match self.fit_any(&field.kinds, value, args.form) {
                    Ok(value) => {
                        args.values.insert(field.name.clone(), value);
                    }
                    Err(error) => wrong.push(format!("{}: {error}", field.name)),
                },
            }
        }
        let mut named = BTreeSet::new();
        args.values.values().for_each(|value| attachments(value, &mut named));
        for name in named {
            if !args.files.contains_key(&name) {
                wrong.push(format!("attach://{name} is not among the uploaded files"));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Whether an answer is what the method returns. Updates are not looked at: tests make wrong ones on purpose.
    pub fn check_result(&self, method: &str, result: &Value) -> Result<(), String> {
        match self.methods.get(method) {
            Some(method) if !method.returns.is_empty() && method.name != "getUpdates" => self.fit_any(&method.returns, result, false).map(drop),
            _ => Ok(()),
        }
    }

    fn fit_any(&self, kinds: &[String], value: &Value, form: bool) -> Result<Value, String> {
        // A list of several kinds may mix them.
        let elements: Vec<String> = kinds.iter().filter_map(|kind| kind.strip_prefix("Array of ")).map(str::to_owned).collect();
        if elements.len() > 1 && elements.len() == kinds.len() {
            let list = self.fit_nested("Array of JSON", value)?;
            return list.as_array().into_iter().flatten().map(|value| self.fit_any(&elements, value, false)).collect();
        }
        let mut errors = Vec::new();
        for kind in kinds {
            match self.fit(kind, value, form) {
                Ok(value) => return Ok(value),
                Err(error) => errors.push(error),
            }
        }
        Err(errors.join("; "))
    }

    /// A value as one of this kind; parameters of forms come as text, and what is nested may come as JSON in a text.
    fn fit(&self, kind: &str, value: &Value, form: bool) -> Result<Value, String> {
        let text = value.as_str();
        let fitting = match kind {
            "Integer" => value.as_i64().map(Value::from).or_else(|| text.filter(|_| form)?.parse::<i64>().ok().map(Value::from)),
            "Float" => value.as_f64().map(Value::from).or_else(|| text.filter(|_| form)?.parse::<f64>().ok().map(Value::from)),
            "Boolean" => value.as_bool().map(Value::from).or_else(|| match text.filter(|_| form)?.to_lowercase().as_str() {
                "true" | "1" | "yes" => Some(Value::Bool(true)),
                "false" | "0" | "no" => Some(Value::Bool(false)),
                _ => None,
            }),
            "String" | "InputFile" => text.map(Value::from),
            _ => return self.fit_nested(kind, value),
        };
        fitting.ok_or_else(|| format!("must be {kind}, not {value}"))
    }

    fn fit_nested(&self, kind: &str, value: &Value) -> Result<Value, String> {
        let parsed = match value.as_str() {
            None => None,
            Some(text) => Some(serde_json::from_str(text).map_err(|error| format!("must be {kind} in JSON: {error}"))?),
        };
        let value: &Value = parsed.as_ref().unwrap_or(value);
        if kind == "JSON" {
            let nested = value.is_object() || value.is_array();
            return if nested { Ok(value.clone()) } else { Err(format!("must be an object or a list, not {value}")) };
        }
        match kind.strip_prefix("Array of ") {
            Some(element) => {
                let elements = value.as_array().ok_or_else(|| format!("must be {kind}, not {value}"))?;
                elements.iter().map(|value| self.fit(element, value, false)).collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            None => self.check_object(kind, value).map(|()| value.clone()),
        }
    }

    /// Whether this is an object of this kind, as far as it is described.
    pub fn check_object(&self, kind: &str, value: &Value) -> Result<(), String> {
        let object = value.as_object().ok_or_else(|| format!("must be {kind}, not {value}"))?;
        let Some(described) = self.objects.get(kind) else { return Ok(()) };
        if let Some(kinds) = described["subtypes"].as_array() {
            let errors: Vec<String> = kinds.iter().filter_map(Value::as_str).map_while(|kind| self.check_object(kind, value).err()).collect();
            return if errors.len() < kinds.len() { Ok(()) } else { Err(errors.join("; ")) };
        }
        let fields = described["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        let field_name = |field: &Value| field["name"].as_str().unwrap_or_default().to_owned();
        if let Some(unknown) = object.keys().find(|key| !fields.iter().any(|field| field_name(field) == **key)) {
            return Err(format!("{kind} has no field {unknown}"));
        }
        for field in fields {
            let name = field_name(field);
            let Some(value) = object.get(&name) else {
                if field["required"] == true {
                    return Err(format!("{kind} lacks {name}"));
                }
                continue;
            };
            let kinds: Vec<String> = field["types"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
            self.fit_any(&kinds, value, false).map_err(|error| format!("{kind}.{name}: {error}"))?;
            if let Some(only) = only_value(field)
                && value.as_str() != Some(only)
            {
                return Err(format!("{kind}.{name} must be {only}, not {value}"));
            }
        }
        Ok(())
    }
}

/// The one value that tells kinds of an object apart: "Type of the result, must be photo".
fn only_value(field: &Value) -> Option<&str> {
    let description = field["description"].as_str()?;
    let told_apart = matches!(field["name"].as_str(), Some("type" | "source"));
    let (_, rest) = description.split_once("must be ").or_else(|| description.split_once("always "))?;
    let value = rest.trim_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    (told_apart && !value.contains(char::is_whitespace)).then_some(value)
}

/// Names of uploaded files that a value speaks of.
pub(crate) fn attachments(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix("attach://") {
                names.insert(name.to_owned());
            } else if text.contains("attach://")
                && let Ok(nested @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(text)
            {
                attachments(&nested, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| attachments(value, names)),
        Value::Object(values) => values.values().for_each(|value| attachments(value, names)),
        _ => {}
    }
}
