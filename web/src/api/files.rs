//! Files: kept, and given back as nothing but a download.

use axum::{
    Extension, Json,
    body::{Body, Bytes},
    extract::{FromRequest as _, Multipart, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bellhop_domain::id::FileId;
use bellhop_engine::{
    Engine,
    attachments::LIMITS,
    caller::{Caller, Permission},
};
use bellhop_store::files::FileRecord;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{input::At, memory::all_of, route::Route};
use crate::{Site, download, problem::Problem};

/// Room for what stands around the file in a form.
const FORM: usize = 64 * 1024;

pub(super) fn routes() -> Vec<Route> {
    let largest = usize::try_from(LIMITS.bytes).unwrap_or(usize::MAX).saturating_add(FORM);
    vec![
        Route::post(
            "/files",
            Permission::HandleConversations,
            "Keeps a file: its bytes as the body with its name in Content-Disposition, or the first file of a form",
            keep,
        )
        .takes_file(largest)
        .gives::<FileOut>(201),
        Route::get("/files/{id}", Permission::ReadConversations, "The bytes of a kept file, as a download", get).gives_nothing(200),
    ]
}

/// A kept file.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
struct FileOut {
    /// To be named in a message's `attachments`.
    id: String,
    name: String,
    /// As found in its bytes.
    content_type: String,
    /// Bytes.
    size: u64,
    sha256: String,
    /// Where it is fetched from without a token, by whoever has this address.
    url: String,
    created_at: DateTime<Utc>,
}

async fn keep(State(site): State<Site>, Extension(caller): Extension<Caller>, request: Request) -> Result<(StatusCode, Json<FileOut>), Problem> {
    let (name, content) = read(request).await?;
    if content.is_empty() {
        return Err(Problem::invalid("file", "is empty"));
    }
    if content.len() as u64 > LIMITS.bytes {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a file may have {} MiB", LIMITS.bytes / (1024 * 1024))));
    }
    let id = site.engine.keep_file(&caller, &name, content).await?;
    let record = site.engine.reader().file(id).await?.ok_or_else(|| Problem::not_found("file"))?;
    Ok((StatusCode::CREATED, Json(out(record, &site.engine))))
}

fn out(record: FileRecord, engine: &Engine) -> FileOut {
    let FileRecord { id, name, content_type, size, sha256, created_at } = record;
    FileOut { id: id.to_string(), url: engine.links().file(id), name, content_type, size, sha256, created_at }
}

async fn read(request: Request) -> Result<(String, Bytes), Problem> {
    let largest = usize::try_from(LIMITS.bytes).unwrap_or(usize::MAX).saturating_add(1);
    if !is_form(request.headers()) {
        let name = download::name_in(request.headers()).unwrap_or_else(|| "file".to_owned());
        return Ok((name, all_of(request, largest).await?));
    }
    let broken = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "the file is too large"),
        _ => Problem::new(StatusCode::BAD_REQUEST, "the form cannot be read"),
    };
    let mut form = Multipart::from_request(request, &()).await.map_err(|rejection| broken(rejection.status()))?;
    while let Some(field) = form.next_field().await.map_err(|error| broken(error.status()))? {
        let Some(name) = field.file_name().map(str::to_owned) else { continue };
        return Ok((name, field.bytes().await.map_err(|error| broken(error.status()))?));
    }
    Err(Problem::invalid("file", "there is no file in the form"))
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data"))
}

async fn get(State(site): State<Site>, at: At) -> Result<Response<Body>, Problem> {
    let id: FileId = at.id("file")?;
    let file = site.engine.open_file(id).await?.ok_or_else(|| Problem::not_found("file"))?;
    Ok(download::response(file))
}
