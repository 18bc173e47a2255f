//! Tables as the object mapper sees them. Those that every message passes through are read and written by statements of their own instead.

pub(crate) mod agent;
pub(crate) mod api_token;
pub(crate) mod article;
pub(crate) mod article_locale;
pub(crate) mod article_version;
pub(crate) mod desk_object;
pub(crate) mod file;
pub(crate) mod organisation;
