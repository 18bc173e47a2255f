//! What Discord takes, by its own description of its interface.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

/// The routes that the fake plays, for where no description is at hand.
const OWN: &str = "
GET /gateway/bot
GET /applications/@me
GET /users/@me
GET /channels/{channel_id}
PATCH /channels/{channel_id}
GET /channels/{channel_id}/messages
POST /channels/{channel_id}/messages
GET /channels/{channel_id}/messages/{message_id}
PATCH /channels/{channel_id}/messages/{message_id}
DELETE /channels/{channel_id}/messages/{message_id}
PUT /channels/{channel_id}/messages/pins/{message_id}
POST /channels/{channel_id}/typing
POST /channels/{channel_id}/threads
PUT /channels/{channel_id}/thread-members/{user_id}
POST /interactions/{interaction_id}/{interaction_token}/callback
POST /webhooks/{webhook_id}/{webhook_token}
PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original
PUT /applications/{application_id}/commands
PUT /applications/{application_id}/guilds/{guild_id}/commands
GET /applications/{application_id}/guilds/{guild_id}/commands
GET /guilds/{guild_id}/threads/active
GET /channels/{channel_id}/threads/archived/public
DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original
";

/// The description.
pub(crate) struct Description {
    /// Method and path as they are documented, with the segments of the path.
    routes: Vec<(String, String, Vec<String>)>,
    document: Option<Value>,
}

/// A route, and what stands in its places.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    /// Method and path as they are documented.
    pub name: String,
    /// What stands in the places of the path, by name.
    pub values: BTreeMap<String, String>,
}

impl Route {
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl Description {
    /// The official description where its folder is named, else our own table.
    #[allow(clippy::disallowed_methods, reason = "a test is told by the environment where its fixtures are")]
    pub fn load() -> Self {
        let Some(folder) = std::env::var_os("BELLHOP_FIXTURES") else { return Self::own() };
        let path = PathBuf::from(folder).join("discord/openapi/openapi.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
        let document: Value = serde_json::from_str(&text).expect("a description in JSON");
        let paths = document["paths"].as_object().expect("paths");
        let methods = ["get", "post", "put", "patch", "delete"];
        let of_path = |(path, item): (&String, &Value)| {
            let known = methods.into_iter().filter(|method| item.get(method).is_some()).map(str::to_uppercase);
            known.map(|method| (method, path.clone(), segments(path))).collect::<Vec<_>>()
        };
        let routes = paths.iter().flat_map(of_path).collect();
        Self { routes, document: Some(document) }
    }

    /// Our own table, which knows no bodies.
    pub fn own() -> Self {
        let route = |line: &str| {
            let (method, path) = line.split_once(' ').expect("a method and a path");
            (method.to_owned(), path.to_owned(), segments(path))
        };
        Self { routes: OWN.trim().lines().map(route).collect(), document: None }
    }

    /// The route of a call; of several, the one with the fewest places.
    pub fn route(&self, method: &str, path: &str) -> Option<Route> {
        let given = segments(path);
        let fits = |known: &[String]| known.len() == given.len() && known.iter().zip(&given).all(|(known, given)| is_place(known) || known == given);
        let places = |known: &[String]| known.iter().filter(|part| is_place(part)).count();
        let (method, path, known) =
            self.routes.iter().filter(|(of, _, known)| of == method && fits(known)).min_by_key(|(_, _, known)| places(known))?;
        let name = |part: &String| part.trim_matches(|letter| matches!(letter, '{' | '}')).to_owned();
        let values = known.iter().zip(given).filter(|(known, _)| is_place(known)).map(|(known, given)| (name(known), given)).collect();
        Some(Route { name: format!("{method} {path}"), values })
    }

    /// All that is wrong with a call's query and body.
    pub fn check(&self, route: &Route, query: &BTreeMap<String, String>, body: Option<&Value>) -> Vec<String> {
        let Some(document) = &self.document else { return Vec::new() };
        let (method, path) = route.name.split_once(' ').expect("a method and a path");
        let item = &document["paths"][path];
        let operation = &item[method.to_lowercase()];
        let mut wrong = Vec::new();
        let parameters = || [item, operation].into_iter().flat_map(|of| of["parameters"].as_array().into_iter().flatten());
        for name in query.keys() {
            if !parameters().any(|parameter| parameter["in"] == "query" && parameter["name"] == name.as_str()) {
                wrong.push(format!("unknown parameter {name}"));
            }
        }
        for (name, value) in &route.values {
            let parameter = parameters().find(|parameter| parameter["in"] == "path" && parameter["name"] == name.as_str());
            if let Some(parameter) = parameter
                && let Err(error) = self.fit(&parameter["schema"], &Value::from(value.as_str()))
            {
                wrong.push(format!("{name}: {error}"));
            }
        }
        let described = &operation["requestBody"];
        match body {
            None if described["required"] == true => wrong.push("the body is missing".into()),
            None => {}
            Some(_) if described.is_null() => wrong.push("there should be no body".into()),
            Some(body) => wrong.extend(self.fit(&described["content"]["application/json"]["schema"], body).err()),
        }
        wrong
    }

    /// Whether a value is what a schema says. Members that no schema names are wrong, though Discord would only ignore them.
    fn fit(&self, schema: &Value, value: &Value) -> Result<(), String> {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap_or_default();
            let document = self.document.as_ref().expect("a reference stands in a document");
            return self.fit(&document["components"]["schemas"][name], value);
        }
        for (key, all) in [("oneOf", false), ("anyOf", false), ("allOf", true)] {
            let Some(parts) = schema[key].as_array() else { continue };
            let outcomes: Vec<Result<(), String>> = parts.iter().map(|part| self.fit(part, value)).collect();
            if all {
                outcomes.into_iter().collect::<Result<(), String>>()?;
            } else if outcomes.iter().all(Result::is_err) {
                let errors: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
                return Err(nearest(errors));
            }
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind, value)) {
            return Err(format!("must be {}, not {}", kinds.join(" or "), shortened(value)));
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
            && !(value.is_null() && kinds.contains(&"null"))
        {
            return Err(format!("must be one of {}, not {}", Value::Array(allowed.clone()), shortened(value)));
        }
        if let Some(only) = schema.get("const")
            && only != value
        {
            return Err(format!("must be {only}, not {}", shortened(value)));
        }
        limits(schema, value)?;
        if let (Some(schema), Some(items)) = (schema.get("items"), value.as_array()) {
            for (at, item) in items.iter().enumerate() {
                self.fit(schema, item).map_err(|error| format!("[{at}]: {error}"))?;
            }
        }
        self.fit_members(schema, value)
    }

    fn fit_members(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let (Some(known), Some(members)) = (schema["properties"].as_object(), value.as_object()) else { return Ok(()) };
        for (name, member) in members {
            match known.get(name) {
                Some(schema) => self.fit(schema, member).map_err(|error| format!("{name}: {error}"))?,
                None => return Err(format!("unknown member {name}")),
            }
        }
        match schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).find(|name| !members.contains_key(*name)) {
            Some(missing) => Err(format!("{missing} is missing")),
            None => Ok(()),
        }
    }
}

/// The error of the alternative that was probably meant: the one whose type was right.
fn nearest(errors: Vec<String>) -> String {
    let said = |error: &&String| !error.starts_with("must be") && !error.starts_with("type: must be") && !error.starts_with("unknown member");
    errors.iter().find(said).cloned().unwrap_or_else(|| errors.join("; or "))
}

fn limits(schema: &Value, value: &Value) -> Result<(), String> {
    let number = |key: &str| schema[key].as_f64();
    let length = match value {
        Value::String(text) => Some((text.chars().count(), "minLength", "maxLength")),
        Value::Array(items) => Some((items.len(), "minItems", "maxItems")),
        _ => None,
    };
    if let Some((length, min, max)) = length
        && (number(min).is_some_and(|min| (length as f64) < min) || number(max).is_some_and(|max| length as f64 > max))
    {
        return Err(format!("has a length of {length}, but {min} {} and {max} {}", schema[min], schema[max]));
    }
    if let Some(found) = value.as_f64()
        && (number("minimum").is_some_and(|min| found < min) || number("maximum").is_some_and(|max| found > max))
    {
        return Err(format!("{found} is not between {} and {}", schema["minimum"], schema["maximum"]));
    }
    if schema["format"] == "snowflake"
        && let Some(text) = value.as_str()
        && text != "@me"
        && (text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(format!("{text:?} is no id"));
    }
    Ok(())
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

fn segments(path: &str) -> Vec<String> {
    path.trim_matches('/').split('/').map(str::to_owned).collect()
}

fn is_place(part: &str) -> bool {
    part.starts_with('{')
}
