//! Files of strangers: given back as a download and as nothing else, so that no browser runs them in our name.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Response, header},
};
use bellhop_engine::attachments::OpenFile;
use futures_util::stream;
use tokio::io::AsyncReadExt as _;

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// The file as a download.
pub(crate) fn response(file: OpenFile) -> Response<Body> {
    let OpenFile { record, content } = file;
    let pieces = stream::try_unfold(content, |mut content| async move {
        let mut piece = vec![0; PIECE];
        let read = content.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), content)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(safe_type(&record.content_type)));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&record.name));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(record.size));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// Types that no browser runs, by their bytes; everything else is a row of bytes.
fn safe_type(found: &str) -> &'static str {
    const SAFE: [&str; 20] = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/tiff",
        "image/heif",
        "image/avif",
        "audio/mpeg",
        "audio/ogg",
        "audio/x-wav",
        "audio/m4a",
        "audio/aac",
        "audio/amr",
        "video/mp4",
        "video/webm",
        "video/quicktime",
        "application/pdf",
        "application/zip",
        "text/plain",
    ];
    match SAFE.into_iter().find(|safe| *safe == found) {
        Some("text/plain") => "text/plain; charset=utf-8",
        Some(safe) => safe,
        None => "application/octet-stream",
    }
}

/// `attachment` with the name in both ways of writing it.
fn disposition(name: &str) -> HeaderValue {
    let plain: String =
        name.chars().map(|sign| if sign.is_ascii_graphic() && !"\"\\%;/".contains(sign) || sign == ' ' { sign } else { '_' }).take(200).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The file's name in `Content-Disposition`.
pub(crate) fn name_in(headers: &HeaderMap) -> Option<String> {
    let value = std::str::from_utf8(headers.get(header::CONTENT_DISPOSITION)?.as_bytes()).ok()?;
    let parameter = |name: &str| {
        value
            .split(';')
            .map(str::trim)
            .find_map(|part| part.split_once('=').filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, text)| text.trim()))
    };
    let extended = parameter("filename*").and_then(|text| decoded(text.split('\'').next_back()?));
    extended.or_else(|| parameter("filename").map(|text| text.trim_matches('"').to_owned())).filter(|name| !name.trim().is_empty())
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_a_browser_would_run_is_a_row_of_bytes() {
        for (found, given) in [
            ("image/png", "image/png"),
            ("text/plain", "text/plain; charset=utf-8"),
            ("text/html", "application/octet-stream"),
            ("image/svg+xml", "application/octet-stream"),
            ("image/svg+xml; x", "application/octet-stream"),
            ("text/xml", "application/octet-stream"),
            ("application/javascript", "application/octet-stream"),
        ] {
            assert_eq!(safe_type(found), given, "{found}");
        }
    }

    #[test]
    fn names_of_strangers_cannot_leave_their_place_in_the_header() {
        for (name, expected) in [
            ("box.jpg", "attachment; filename=\"box.jpg\"; filename*=UTF-8''box.jpg"),
            ("a\"; x=\"b", "attachment; filename=\"a__ x=_b\"; filename*=UTF-8''a%22%3B%20x%3D%22b"),
            ("a\r\nSet-Cookie: b", "attachment; filename=\"a__Set-Cookie: b\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b"),
            ("盒子.jpg", "attachment; filename=\"__.jpg\"; filename*=UTF-8''%E7%9B%92%E5%AD%90.jpg"),
        ] {
            assert_eq!(disposition(name).to_str().unwrap(), expected);
        }
    }

    #[test]
    fn the_name_of_an_upload_is_read_in_both_ways_of_writing() {
        for (value, name) in [
            ("attachment; filename=\"box.jpg\"", Some("box.jpg")),
            ("attachment; filename=box.jpg", Some("box.jpg")),
            ("attachment; filename=\"a.jpg\"; filename*=UTF-8''%E7%9B%92.jpg", Some("盒.jpg")),
            ("attachment; filename*=UTF-8''%ZZ", None),
            ("attachment", None),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_DISPOSITION, value.parse().unwrap())]);
            assert_eq!(name_in(&headers).as_deref(), name, "{value}");
        }
    }
}
