//! `/api/v1`: what programs and scripts do. Every file here is one noun; `route` is the table that they fill.

mod agents;
mod articles;
mod ask;
mod channels;
mod contacts;
mod conversations;
mod dead_letters;
mod describe;
mod files;
mod gaps;
mod input;
mod links;
mod memory;
mod messages;
mod moves;
mod notices;
mod objects;
mod organisations;
mod output;
mod references;
mod regressions;
mod reports;
mod requests;
mod reviews;
mod route;
mod routing;
mod synonyms;
mod team;
mod tickets;
mod trials;
mod usefulness;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, Method, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use bellhop_engine::caller::{Caller, Permission};

use crate::{Site, auth, problem::Problem};
pub use describe::openapi_json;
pub(crate) use memory::{Memory, hash_of};
use route::{Access, Route};

/// Where the routes below stand.
pub(crate) const BASE: &str = "/api/v1";

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A route of the API, for tests and tools that go through all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiRoute {
    /// The method.
    pub method: Method,
    /// The path with `{places}`, below `/api/v1`.
    pub path: String,
    /// What a token has to be allowed; nothing where none is needed.
    pub needs: Option<Permission>,
}

/// Every route of the API.
pub fn api_routes() -> Vec<ApiRoute> {
    let declared = |(_, route): (&str, Route)| ApiRoute {
        method: route.method,
        path: route.path,
        needs: match route.access {
            Access::Open => None,
            Access::Needs(permission) => Some(permission),
        },
    };
    table().into_iter().map(declared).collect()
}

/// The routes with the noun that each belongs to.
fn table() -> Vec<(&'static str, Route)> {
    let nouns = [
        ("conversations", conversations::routes()),
        ("conversations", moves::routes()),
        ("conversations", requests::routes()),
        ("conversations", reviews::routes()),
        ("messages", messages::routes()),
        ("tickets", tickets::routes()),
        ("tickets", links::routes()),
        ("tickets", references::routes()),
        ("tickets", notices::routes()),
        ("tickets", routing::routes()),
        ("contacts", contacts::routes()),
        ("organisations", organisations::routes()),
        ("knowledge", articles::routes()),
        ("knowledge", ask::routes()),
        ("knowledge", trials::routes()),
        ("knowledge", regressions::routes()),
        ("knowledge", synonyms::routes()),
        ("knowledge", gaps::routes()),
        ("knowledge", usefulness::routes()),
        ("reports", reports::routes()),
        ("files", files::routes()),
        ("desk", agents::routes()),
        ("desk", objects::routes()),
        ("desk", team::routes()),
        ("operation", channels::routes()),
        ("operation", dead_letters::routes()),
        ("operation", describe::routes()),
    ];
    nouns.into_iter().flat_map(|(noun, routes)| routes.into_iter().map(move |route| (noun, route))).collect()
}

pub(crate) fn router(site: &Site, memory: &Memory) -> Router<Site> {
    table().into_iter().fold(Router::new(), |router, (_, route)| {
        let memory = (route.method == Method::POST && route.remembered).then(|| memory.clone());
        let gate = Gate { site: site.clone(), access: route.access, memory, largest: route.largest };
        let handler = route.handler.route_layer(from_fn_with_state(gate, pass)).route_layer(DefaultBodyLimit::max(route.largest));
        router.route(&route.path, handler)
    })
}

/// What stands before a handler.
#[derive(Clone)]
struct Gate {
    site: Site,
    access: Access,
    memory: Option<Memory>,
    largest: usize,
}

/// Lets a request through whose token allows it; the same keyed request is answered from memory.
async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match check(gate, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn check(gate: Gate, mut request: Request, next: Next) -> Result<Response, Problem> {
    let Access::Needs(needs) = gate.access else { return Ok(next.run(request).await) };
    let caller = auth::authenticate(&gate.site.engine, request.headers()).await?;
    if !caller.permissions.allow(needs) {
        return Err(Problem::new(StatusCode::FORBIDDEN, format!("not allowed: this needs the permission {}", needs.as_str())));
    }
    request.extensions_mut().insert(caller.clone());
    match (gate.memory, key_of(&request)?) {
        (Some(memory), Some(key)) => {
            request.extensions_mut().insert(input::ClientId(key.clone()));
            let (request, hash) = memory::buffered(request, gate.largest).await?;
            memory.once(&gate.site.engine, &scope_of(&caller), &key, hash, next.run(request)).await
        }
        _ => Ok(next.run(request).await),
    }
}

fn scope_of(caller: &Caller) -> String {
    match &caller.actor {
        bellhop_domain::actor::Actor::Token { id, .. } => id.to_string(),
        bellhop_domain::actor::Actor::Agent { id, .. } => id.to_string(),
        _ => "others".to_owned(),
    }
}

fn key_of(request: &Request) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().map(str::trim).ok().filter(|key| (1..=255).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "an Idempotency-Key has 1 to 255 visible characters"))
}
