//! Mail domains that anybody may have an address in: they say nothing of who belongs to whom.

/// Providers with one domain for all countries, and those of single countries.
const DOMAINS: &[&str] = &[
    "126.com",
    "139.com",
    "163.com",
    "188.com",
    "189.cn",
    "aliyun.com",
    "aol.com",
    "att.net",
    "bk.ru",
    "bol.com.br",
    "btinternet.com",
    "comcast.net",
    "daum.net",
    "docomo.ne.jp",
    "duck.com",
    "ezweb.ne.jp",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "i.softbank.jp",
    "icloud.com",
    "inbox.ru",
    "laposte.net",
    "libero.it",
    "list.ru",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "seznam.cz",
    "sfr.fr",
    "sina.cn",
    "sina.com",
    "sohu.com",
    "t-online.de",
    "terra.com.br",
    "tom.com",
    "tuta.com",
    "tuta.io",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "vip.163.com",
    "vip.qq.com",
    "wanadoo.fr",
    "web.de",
    "wo.cn",
    "wp.pl",
    "yandex.com",
    "yandex.ru",
    "yeah.net",
    "ymail.com",
    "zoho.com",
];

/// Providers that have a domain of this name in many countries.
const EVERYWHERE: &[&str] = &["gmx", "hotmail", "live", "outlook", "yahoo"];

/// Whether anybody may have an address in this mail domain, in lower case.
pub fn is_public_mail(domain: &str) -> bool {
    // `yahoo.co.jp` is one, `mail.yahoo.example.org` is somebody's own.
    let is_everywhere = |(name, country): (&str, &str)| EVERYWHERE.contains(&name) && country.len() <= 6 && country.split('.').count() <= 2;
    DOMAINS.contains(&domain) || domain.split_once('.').is_some_and(is_everywhere)
}

#[cfg(test)]
mod tests {
    use super::is_public_mail;

    #[test]
    fn providers_are_told_from_companies() {
        for (domain, expected) in [
            ("gmail.com", true),
            ("qq.com", true),
            ("yahoo.co.jp", true),
            ("hotmail.fr", true),
            ("outlook.com.br", true),
            ("gmx.net", true),
            ("acme.example", false),
            ("yahoo.example.org", false),
            ("mail.gmail.com.acme.org", false),
            ("live-music.org", false),
            ("", false),
        ] {
            assert_eq!(is_public_mail(domain), expected, "{domain}");
        }
    }
}
