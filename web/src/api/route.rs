//! The table of the API's routes: what each is called, who may, what it takes and gives, and what answers it.
//!
//! The router and the description are both made from it, so that neither has what the other lacks.

use axum::{
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use bellhop_engine::caller::Permission;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::Site;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, without a token.
    Open,
    /// Whoever has this permission.
    Needs(Permission),
}

/// One method at one path.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// As axum and OpenAPI write it, below `/api/v1`.
    pub(crate) path: String,
    pub(crate) access: Access,
    pub(crate) summary: &'static str,
    /// Names and meanings of query parameters.
    pub(crate) query: Vec<(&'static str, &'static str)>,
    pub(crate) body: Option<Body>,
    pub(crate) answers: Vec<(u16, Option<Shape>)>,
    /// Takes `If-Match`, and answers 412 with the present state.
    pub(crate) versioned: bool,
    /// The answer may be kept for whoever sends the same `Idempotency-Key` again.
    pub(crate) remembered: bool,
    /// Largest body, in bytes.
    pub(crate) largest: usize,
    pub(crate) handler: MethodRouter<Site>,
}

/// What a request carries.
#[allow(clippy::large_enum_variant, reason = "one for each route, and most are the large one")]
pub(crate) enum Body {
    Json(Shape),
    /// The bytes of a file.
    File,
}

/// A schema with what it refers to.
pub(crate) struct Shape {
    pub(crate) name: String,
    pub(crate) schema: RefOr<Schema>,
    pub(crate) parts: Vec<(String, RefOr<Schema>)>,
    /// A page of a list of them.
    pub(crate) listed: bool,
}

impl Shape {
    fn of<T: ToSchema>(listed: bool) -> Self {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        Self { name: T::name().into_owned(), schema: T::schema(), parts, listed }
    }
}

/// Largest body in JSON, in bytes.
const LARGEST_JSON: usize = 2 * 1024 * 1024;

impl Route {
    fn new<H, T>(method: Method, filter: MethodFilter, path: impl Into<String>, access: Access, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        Self {
            remembered: method == Method::POST,
            method,
            path: path.into(),
            access,
            summary,
            query: Vec::new(),
            body: None,
            answers: Vec::new(),
            versioned: false,
            largest: LARGEST_JSON,
            handler: on(filter, handler),
        }
    }

    pub(crate) fn open<H, T>(path: &'static str, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        Self::new(Method::GET, MethodFilter::GET, path, Access::Open, summary, handler)
    }

    pub(crate) fn get<H, T>(path: impl Into<String>, needs: Permission, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        Self::new(Method::GET, MethodFilter::GET, path, Access::Needs(needs), summary, handler)
    }

    pub(crate) fn post<H, T>(path: impl Into<String>, needs: Permission, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        Self::new(Method::POST, MethodFilter::POST, path, Access::Needs(needs), summary, handler)
    }

    pub(crate) fn put<H, T>(path: impl Into<String>, needs: Permission, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        Self::new(Method::PUT, MethodFilter::PUT, path, Access::Needs(needs), summary, handler).versioned()
    }

    pub(crate) fn patch<H, T>(path: impl Into<String>, needs: Permission, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        Self::new(Method::PATCH, MethodFilter::PATCH, path, Access::Needs(needs), summary, handler).versioned()
    }

    pub(crate) fn delete<H, T>(path: impl Into<String>, needs: Permission, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        Self::new(Method::DELETE, MethodFilter::DELETE, path, Access::Needs(needs), summary, handler)
    }

    /// Takes a query parameter.
    pub(crate) fn query(mut self, name: &'static str, meaning: &'static str) -> Self {
        self.query.push((name, meaning));
        self
    }

    /// Gives a list in pages.
    pub(crate) fn lists<T: ToSchema>(mut self) -> Self {
        self.answers.push((200, Some(Shape::of::<T>(true))));
        self.query("limit", "how many at most: 1 to 200, else 50").query("cursor", "next_cursor of the page before")
    }

    /// Takes a body in JSON.
    pub(crate) fn takes<T: ToSchema>(mut self) -> Self {
        self.body = Some(Body::Json(Shape::of::<T>(false)));
        self
    }

    /// Takes the bytes of a file.
    pub(crate) fn takes_file(mut self, largest: usize) -> Self {
        self.body = Some(Body::File);
        self.largest = largest;
        self
    }

    /// Gives this, with this status.
    pub(crate) fn gives<T: ToSchema>(mut self, status: u16) -> Self {
        self.answers.push((status, Some(Shape::of::<T>(false))));
        self
    }

    /// Gives nothing, or nothing in JSON.
    pub(crate) fn gives_nothing(mut self, status: u16) -> Self {
        self.answers.push((status, None));
        self
    }

    /// What it answers holds a secret, or takes no harm from being done again.
    pub(crate) fn not_remembered(mut self) -> Self {
        self.remembered = false;
        self
    }

    pub(crate) fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// Names of the places in the path (`id`, `number` …).
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}
