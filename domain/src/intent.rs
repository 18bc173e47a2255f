//! What a customer wants when it is not a question: greetings, thanks, "a human, please", slash commands, yes and no.
//!
//! Only a message that says nothing else is understood so: "hello" greets, "hello, my order is broken" is a question.

mod choice;
#[cfg(test)]
mod languages;
mod phrases;
mod reading;
mod spelling;

use unicode_normalization::UnicodeNormalization as _;

pub use choice::{choice, named};
pub(crate) use phrases::section_of as section;
pub use reading::{Reading, read};
pub use spelling::detect_misspelt;

/// What a message wants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Intent {
    /// Says hello.
    Greeting,
    /// Says thank you, or that something was understood.
    Thanks,
    /// Agrees.
    Yes,
    /// Disagrees.
    No,
    /// Says that what was offered did not help, or that it still does not work.
    NotHelped,
    /// Says good-bye.
    Goodbye,
    /// Wants what is being asked for dropped.
    Cancel,
    /// Asks where a ticket or request stands.
    TicketStatus,
    /// Wants a person.
    Human,
    /// A slash command.
    Command(Command),
}

/// What customers can type after a slash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Begins.
    Start,
    /// Asks for a person.
    Human,
    /// Asks where the latest open ticket stands.
    Status,
    /// Asks for all tickets.
    Tickets,
    /// Sets the language, or asks which there are.
    Language(Option<String>),
    /// Asks for a one-time code, or gives the one that they were given on another channel.
    Link(Option<String>),
    /// Wants to be erased.
    Forget,
    /// Asks what can be typed.
    Help,
    /// Nothing that we know.
    Unknown,
}

/// Longer messages, in characters, are never a mere wish.
const LONGEST_WISH: usize = 120;

/// What `text` wants, if that is all that it says.
pub fn detect(text: &str) -> Option<Intent> {
    if let Some(command) = command(text) {
        return Some(Intent::Command(command));
    }
    if text.chars().count() > LONGEST_WISH {
        return None;
    }
    let words = normalise(text);
    if words.is_empty() { emoji_only(text) } else { phrases::cover(&words) }
}

/// The command that `text` is, with or without the bot's name behind it (`/help@shop_bot`).
fn command(text: &str) -> Option<Command> {
    let text: String = text.trim().nfkc().collect();
    let mut words = text.split_whitespace();
    let name = words.next()?.strip_prefix('/')?.to_lowercase();
    let name = name.split('@').next().unwrap_or_default();
    Some(match name {
        "start" => Command::Start,
        "human" | "agent" => Command::Human,
        "status" => Command::Status,
        "tickets" => Command::Tickets,
        "language" | "lang" => Command::Language(words.next().map(str::to_owned)),
        "link" => Command::Link(Some(words.collect::<String>()).filter(|code| !code.is_empty())),
        "forget" => Command::Forget,
        "help" => Command::Help,
        _ => {
            let is_word = (2..=20).contains(&name.len()) && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            if !is_word || words.next().is_some() {
                return None;
            }
            Command::Unknown
        }
    })
}

/// What a message of nothing but emoji says.
fn emoji_only(text: &str) -> Option<Intent> {
    match text.trim().chars().next()? {
        '👍' | '👌' | '✅' => Some(Intent::Yes),
        '👎' | '❌' => Some(Intent::No),
        '🙏' | '❤' | '😊' | '💯' | '🥰' | '🎉' => Some(Intent::Thanks),
        '👋' => Some(Intent::Greeting),
        _ => None,
    }
}

/// Lower case, one space between words, without accents, punctuation, emoji and letters drawn out ("hellooo").
pub(crate) fn normalise(text: &str) -> String {
    let folded: String = text
        .replace('ß', "ss")
        .nfkd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’' | '‘' | '`' | '\u{fe0f}' | '\u{20e3}' | '\u{200b}'..='\u{200d}'))
        .nfc()
        .flat_map(char::to_lowercase)
        .collect();
    let mut words = String::with_capacity(folded.len());
    let mut run = (None, 0);
    for c in folded.chars() {
        // Marks inside a word (Thai, Hindi vowels) belong to it.
        let kept = if c.is_alphanumeric() || is_spacing_mark(c) { c } else { ' ' };
        run = if run.0 == Some(kept) { (run.0, run.1 + 1) } else { (Some(kept), 1) };
        let drawn_out = run.1 > 2 && kept.is_alphabetic() && !is_cjk(kept);
        if drawn_out {
            // The second of a run was already written when the third shows that it is one.
            if run.1 == 3 {
                words.pop();
            }
        } else if kept != ' ' || !(words.is_empty() || words.ends_with(' ')) {
            words.push(kept);
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// Written without spaces between words.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_spacing_mark(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}' | '\u{e00}'..='\u{eff}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
mod tests {
    use super::{
        Command,
        Intent::{self, *},
        detect, normalise,
    };

    fn check(expected: Option<Intent>, texts: &[&str]) {
        for text in texts {
            assert_eq!(detect(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_greeting_is_one_only_when_nothing_follows() {
        check(
            Some(Greeting),
            &[
                "hi",
                "Hi!",
                "Hello there 👋",
                "hellooo",
                "Good morning",
                "hey team",
                "你好",
                "您好！",
                "哈喽",
                "在吗？",
                "早上好",
                "你好呀~",
                "Hola",
                "Hallo",
                "Guten Tag!",
                "Bonjour",
                "Olá",
                "こんにちは",
                "👋",
            ],
        );
        check(
            None,
            &["hello, my order is broken", "hi do you ship to Norway?", "你好，我的订单坏了", "hallo, wo ist mein Paket", "Hello Kitty mug", "hi 5"],
        );
    }

    #[test]
    fn thanks_are_not_a_question_and_a_question_with_thanks_is() {
        check(
            Some(Thanks),
            &[
                "thanks",
                "Thank you so much!!",
                "thx 🙏",
                "ok thanks",
                "great, thank you",
                "谢谢",
                "非常感谢！",
                "好的，谢谢",
                "多謝",
                "Danke schön",
                "merci beaucoup",
                "gracias",
                "obrigada",
                "ありがとうございます",
                "🙏",
                "ok",
            ],
        );
        check(None, &["thanks, and how do I return it?", "谢谢，那怎么退货", "thank you card"]);
    }

    #[test]
    fn a_wish_for_a_person_is_understood_with_greeting_and_politeness_around_it() {
        check(
            Some(Human),
            &[
                "human",
                "a human please",
                "Hi, can I talk to a real person?",
                "I want to speak with an agent",
                "talk to a human",
                "customer service",
                "live chat",
                "agent",
                "人工",
                "转人工",
                "轉人工客服",
                "你好，我要人工客服",
                "请帮我转人工，谢谢",
                "我想找真人",
                "Ich möchte mit einem Menschen sprechen",
                "quiero hablar con una persona",
                "je veux parler à un humain",
                "quero falar com um atendente",
                "オペレーターにつないでください",
                "can someone help me",
            ],
        );
        check(None, &["is this pillow good for a person of 100 kg", "no human please", "human hair wig", "人工草坪多少钱", "agent orange"]);
    }

    #[test]
    fn the_usual_ways_to_ask_for_ones_ticket() {
        check(
            Some(TicketStatus),
            &[
                "where is my ticket",
                "Where's my ticket?",
                "hello, what is the status of my ticket?",
                "my tickets",
                "我的工单",
                "我的工单到哪了？",
                "查一下工单进度",
                "工单进度",
                "wo ist mein Ticket",
                "dónde está mi ticket",
                "où en est mon ticket",
            ],
        );
        check(None, &["where is my order", "where is my parcel", "我的快递到哪了", "concert ticket price"]);
    }

    #[test]
    fn farewell_consent_and_refusal() {
        check(
            Some(Goodbye),
            &["bye", "Goodbye!", "ok thanks bye", "see you", "再见", "拜拜", "谢谢，再见", "tschüss", "au revoir", "adiós", "さようなら"],
        );
        check(
            Some(Yes),
            &[
                "yes",
                "Yes please",
                "yep",
                "sure",
                "是的",
                "对",
                "可以",
                "解决了",
                "ja",
                "oui",
                "sí",
                "はい",
                "👍",
                "👍🏽",
                "yes, thanks",
                "that helped",
            ],
        );
        check(Some(No), &["no", "nope", "No, thanks", "不是", "没有", "nein", "non", "いいえ", "👎", "not really"]);
        check(Some(Cancel), &["cancel", "never mind", "取消", "算了", "不用了", "stop", "forget it", "abbrechen", "annuler"]);
        check(None, &["cancel my order", "取消订单", "yes or no", "no sound from the speaker", "stop shipping to Berlin"]);
    }

    #[test]
    fn commands_with_name_argument_and_full_width_letters() {
        for (text, command) in [
            ("/start", Command::Start),
            ("/start ref_17", Command::Start),
            ("/Human", Command::Human),
            (" /help@shop_bot", Command::Help),
            ("／status", Command::Status),
            ("/tickets", Command::Tickets),
            ("/language", Command::Language(None)),
            ("/language zh-TW", Command::Language(Some("zh-TW".to_owned()))),
            ("/forget", Command::Forget),
            ("/link", Command::Link(None)),
            ("/LINK@shop_bot abcde - 23456", Command::Link(Some("abcde-23456".into()))),
            ("/pizza", Command::Unknown),
        ] {
            assert_eq!(detect(text), Some(Command(command)), "{text}");
        }
        check(None, &["/ how do I use this", "/home/ann/file.txt is missing", "/pizza with cheese", "", "   ", "???", "1/2"]);
    }

    #[test]
    fn what_is_the_same_to_a_reader_is_the_same_to_us() {
        for (text, expected) in [
            ("  Héllo,   WORLD!! ", "hello world"),
            ("ＡＢＣ１２", "abc12"),
            ("What's up?", "whats up"),
            ("book", "book"),
            ("soooo gooood", "so god"),
            ("哈哈哈", "哈哈哈"),
            ("1000", "1000"),
            ("がんばって", "がんばって"),
        ] {
            assert_eq!(normalise(text), expected, "{text}");
        }
    }
}
