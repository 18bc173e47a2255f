//! The description of the API, made from the table of its routes.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use bellhop_engine::caller::Permission;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, HttpMethod, InfoBuilder, Object, ObjectBuilder, OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr, Required,
    ResponseBuilder, Schema, Type,
    header::HeaderBuilder,
    path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn},
    request_body::RequestBodyBuilder,
    schema::{ArrayBuilder, SchemaType},
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

use super::{
    BASE,
    route::{Access, Body, Route, Shape},
    table,
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::open("/openapi.json", "This description", serve).gives_nothing(200)]
}

/// The description of the API (OpenAPI 3.1) as JSON.
pub fn openapi_json() -> String {
    DESCRIPTION.clone()
}

static DESCRIPTION: LazyLock<String> = LazyLock::new(describe);

async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION.as_str()).into_response()
}

const ABOUT: &str = "What programs and scripts do with Bellhop.

Lists are `{\"items\", \"next_cursor\"}`: send `next_cursor` back as `cursor` until it is null. People who work here are named by their keys (`mei`).
A POST with an `Idempotency-Key` is done once in 24 hours: the same again gets the same answer, another body under the same key is refused with 422; what was
refused may be corrected under the same key. Answers with an `ETag` carry a version: sent back in `If-Match` it makes sure that nobody was faster (412 with
`current`, the present state). Errors are `application/problem+json`; a refused body is 422 with `errors`, each with its field.";

fn describe() -> String {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new()
        .security_scheme("token", SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("bh_…").build()))
        .schema("Problem", problem());
    for (noun, route) in table() {
        for shape in route.shapes() {
            components = components.schema(shape.name.clone(), shape.schema.clone());
            for (name, schema) in &shape.parts {
                components = components.schema(name.clone(), schema.clone());
            }
        }
        let method = match route.method.as_str() {
            "POST" => HttpMethod::Post,
            "PUT" => HttpMethod::Put,
            "PATCH" => HttpMethod::Patch,
            "DELETE" => HttpMethod::Delete,
            _ => HttpMethod::Get,
        };
        paths = paths.path(format!("{BASE}{}", route.path), PathItem::new(method, operation(noun, &route)));
    }
    let info = InfoBuilder::new().title("Bellhop").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT)).build();
    let document = OpenApiBuilder::new().info(info).paths(paths.build()).components(Some(components.build())).build();
    // Plain data is always JSON; an empty text would be found by the tests.
    document.to_json().unwrap_or_default()
}

impl Route {
    fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let body = match &self.body {
            Some(Body::Json(shape)) => Some(shape),
            Some(Body::File) | None => None,
        };
        body.into_iter().chain(self.answers.iter().filter_map(|(_, shape)| shape.as_ref()))
    }
}

fn operation(noun: &str, route: &Route) -> Operation {
    let mut operation = OperationBuilder::new().tag(noun).summary(Some(route.summary)).operation_id(Some(name_of(route)));
    if let Access::Needs(permission) = route.access {
        operation = operation.security(SecurityRequirement::new("token", [] as [&str; 0])).description(Some(format!(
            "Needs the permission `{}`{}.",
            permission.as_str(),
            scopes(permission)
        )));
    }
    for place in route.places() {
        operation =
            operation.parameter(ParameterBuilder::new().name(place).parameter_in(ParameterIn::Path).required(Required::True).schema(Some(text())));
    }
    let optional = |name: &str, place, meaning: &str| {
        ParameterBuilder::new().name(name).parameter_in(place).required(Required::False).description(Some(meaning)).schema(Some(text()))
    };
    for (name, meaning) in &route.query {
        operation = operation.parameter(optional(name, ParameterIn::Query, meaning));
    }
    if route.versioned {
        operation = operation.parameter(optional("If-Match", ParameterIn::Header, "the version that the change was decided on"));
    }
    if route.method == axum::http::Method::POST && route.remembered {
        operation = operation.parameter(optional("Idempotency-Key", ParameterIn::Header, "the same key again gets the same answer"));
    }
    operation = match &route.body {
        None => operation,
        Some(Body::Json(shape)) => operation.request_body(Some(
            RequestBodyBuilder::new().content("application/json", ContentBuilder::new().schema(Some(reference(&shape.name))).build()).build(),
        )),
        Some(Body::File) => operation.request_body(Some(
            RequestBodyBuilder::new()
                .content("application/octet-stream", ContentBuilder::new().schema(Some(text())).build())
                .content("multipart/form-data", ContentBuilder::new().schema(Some(ObjectBuilder::new().property("file", text()))).build())
                .build(),
        )),
    };
    for (status, shape) in &route.answers {
        let mut answer = ResponseBuilder::new().description(meaning(*status));
        if let Some(shape) = shape {
            let schema = if shape.listed { list_of(&shape.name) } else { reference(&shape.name) };
            answer = answer.content("application/json", ContentBuilder::new().schema(Some(schema)).build());
            if !shape.listed && route.versioned {
                answer = answer.header("ETag", HeaderBuilder::new().description(Some("the version")).build());
            }
        }
        operation = operation.response(status.to_string(), answer.build());
    }
    for status in refusals(route) {
        let content = ContentBuilder::new().schema(Some(reference("Problem"))).build();
        operation = operation
            .response(status.to_string(), ResponseBuilder::new().description(meaning(status)).content("application/problem+json", content).build());
    }
    operation.build()
}

fn refusals(route: &Route) -> Vec<u16> {
    let mut statuses = Vec::new();
    if route.access != Access::Open {
        statuses.extend([401, 403]);
    }
    if route.places().next().is_some() {
        statuses.push(404);
    }
    if !route.query.is_empty() || route.body.is_some() {
        statuses.push(400);
    }
    if route.body.is_some() {
        statuses.extend([409, 413, 415, 422]);
    }
    if route.versioned {
        statuses.push(412);
    }
    statuses
}

fn meaning(status: u16) -> &'static str {
    match status {
        200 => "Done",
        201 => "Made",
        204 => "Done; nothing to say",
        400 => "The request cannot be read, or a parameter is wrong",
        401 => "No token, or one that is unknown or was revoked",
        403 => "The token does not allow it",
        404 => "There is no such thing",
        409 => "It does not fit the present state, or somebody else was faster",
        412 => "It has another version now; `current` is the present state",
        413 => "The body is too large",
        415 => "The body is of another type",
        422 => "The body breaks a rule; each field is named",
        _ => "",
    }
}

/// The role words whose tokens may.
fn scopes(permission: Permission) -> String {
    let allowed: Vec<String> = ["read", "agent", "editor", "admin"]
        .into_iter()
        .filter(|scope| bellhop_engine::caller::Permissions::of_scope(scope).is_some_and(|permissions| permissions.allow(permission)))
        .map(|scope| format!("`{scope}`"))
        .collect();
    format!(" (part of the scopes {})", allowed.join(", "))
}

/// `get_conversations_id_messages`.
fn name_of(route: &Route) -> String {
    let parts = route.path.split('/').filter(|part| !part.is_empty()).map(|part| part.trim_matches(['{', '}']).replace(['-', '.'], "_"));
    std::iter::once(route.method.as_str().to_lowercase()).chain(parts).collect::<Vec<_>>().join("_")
}

fn text() -> RefOr<Schema> {
    Object::with_type(Type::String).into()
}

fn reference(name: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}

fn list_of(name: &str) -> RefOr<Schema> {
    let next = ObjectBuilder::new().schema_type(SchemaType::Array(vec![Type::String, Type::Null]));
    ObjectBuilder::new()
        .property("items", ArrayBuilder::new().items(reference(name)).build())
        .property("next_cursor", next)
        .required("items")
        .required("next_cursor")
        .into()
}

fn problem() -> RefOr<Schema> {
    let field = ObjectBuilder::new().property("field", text()).property("message", text());
    ObjectBuilder::new()
        .property("type", text())
        .property("title", text())
        .property("status", Object::with_type(Type::Integer))
        .property("detail", text())
        .property("errors", ArrayBuilder::new().items(field).build())
        .property("current", Object::with_type(Type::Object))
        .required("type")
        .required("title")
        .required("status")
        .into()
}
