//! The chat as a page of its own: for links, and for the web views of apps.

use bellhop_domain::{localised::base_language, words};

/// Nothing but our own script; what it shows comes from us, or as a picture.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src https: http: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The page, in the language that is asked for; none of its texts is a stranger's.
pub(crate) fn html(asked: &str) -> String {
    let lang = words::SHIPPED.into_iter().find(|lang| lang.eq_ignore_ascii_case(base_language(asked))).unwrap_or(words::SHIPPED[0]);
    let title = words::say(lang, "chat-page-title", &[]);
    let script = words::say(lang, "chat-page-script", &[]);
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<noscript>{script}</noscript>\n\
         <script src=\"widget.js\" data-view=\"page\" defer></script>\n</html>\n"
    )
}
