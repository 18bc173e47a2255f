use super::{super::Intent::*, read};

#[test]
fn politeness_around_a_question_is_left_out_and_the_question_stays() {
    for (text, question) in [
        ("hello, my order is broken", "my order is broken"),
        ("Hello! My order is broken. Thanks!", "My order is broken"),
        ("Hi there,\nhow do I return a lamp?\n\nMany thanks", "how do I return a lamp?"),
        ("thanks, but it still fails with error 5", "but it still fails with error 5"),
        ("Good morning. Where is my parcel? It was sent on Monday.", "Where is my parcel? It was sent on Monday"),
        ("你好,我的快递还没到", "我的快递还没到"),
        ("您好，請問怎麼退貨？謝謝", "請問怎麼退貨？"),
        ("谢谢，那怎么退货", "那怎么退货"),
        ("Hallo, wo ist mein Paket?", "wo ist mein Paket?"),
        ("Guten Tag! Ich habe eine Frage zur Rechnung.", "Ich habe eine Frage zur Rechnung"),
        ("Bonjour, où est mon colis ?", "où est mon colis"),
        ("Hola, ¿dónde está mi pedido? Gracias", "¿dónde está mi pedido?"),
        ("Olá! Meu pedido não chegou, obrigado", "Meu pedido não chegou"),
        ("こんにちは。荷物が届きません。", "荷物が届きません"),
        ("すみません、返品したいです", "すみません、返品したいです"),
        ("the price is 1,000.50 EUR, ok?", "the price is 1,000.50 EUR"),
        ("hello kitty mug", "hello kitty mug"),
        ("How do I say goodbye in German?", "How do I say goodbye in German?"),
    ] {
        let reading = read(text);
        assert_eq!((reading.intent, reading.question), (None, question), "{text}");
    }
}

#[test]
fn a_wish_for_a_person_counts_in_a_sentence_of_its_own_and_an_address_does_not() {
    for text in [
        "My parcel is lost. I want to talk to a human.",
        "Can I talk to a real person? How do I return shoes?",
        "my parcel is lost\nhuman please",
        "我的订单坏了。转人工",
        "我的訂單壞了\n人工客服",
        "Mein Paket ist weg. Ich möchte mit einem Mitarbeiter sprechen.",
        "Mi pedido no llegó. Quiero hablar con una persona.",
    ] {
        assert_eq!(read(text).intent, Some(Human), "{text}");
    }
    for text in [
        "Support, my order is broken",
        "客服，我的快递还没到",
        "agent: my password does not work",
        "is there a person who can lift 100 kg",
        "Customer service! My order is broken.",
    ] {
        assert_eq!(read(text).intent, None, "{text}");
    }
}

#[test]
fn wishes_in_a_row_without_a_question_are_what_matters_most() {
    for (text, expected) in [
        ("hello\nwhere is my ticket", Some(TicketStatus)),
        ("hi\nthanks", Some(Thanks)),
        ("你好\n在吗", Some(Greeting)),
        ("no\nthat did not help", Some(NotHelped)),
        ("hi\nmy ticket\nis lost", None),
    ] {
        assert_eq!(read(text).intent, expected, "{text}");
    }
}

#[test]
fn a_refusal_before_a_question_is_noticed() {
    for text in ["That did not help, I need the invoice", "没有帮助，我要发票", "Das hat nicht geholfen. Ich brauche die Rechnung."] {
        let reading = read(text);
        assert_eq!((reading.intent, reading.refuses), (None, true), "{text}");
    }
    assert!(!read("I need help with the invoice, it is wrong").refuses);
}
