//! Small talk in every shipped language, and what only looks like it.

use super::{
    Intent::{self, *},
    detect, detect_misspelt, read,
};

/// Each wish with texts that are one, and texts that are questions.
fn check(language: &str, wishes: &[(Intent, &[&str])], questions: &[&str]) {
    let wishes = wishes.iter().flat_map(|(intent, texts)| texts.iter().map(move |text| (Some(intent), *text)));
    let all = wishes.chain(questions.iter().map(|text| (None, *text)));
    let wrong: Vec<_> =
        all.map(|(expected, text)| (text, expected, read(text).intent)).filter(|(_, expected, found)| *expected != found.as_ref()).collect();
    assert!(wrong.is_empty(), "{language}: {wrong:#?}");
}

#[test]
fn english() {
    check(
        "en",
        &[
            (
                Greeting,
                &[
                    "Hi",
                    "hello there!",
                    "Good morning :)",
                    "Hey, how are you?",
                    "anyone there??",
                    "I have a question",
                    "Hi, can you help me?",
                    "yo",
                    "Hello hello",
                    "hi, quick question",
                ],
            ),
            (
                Thanks,
                &[
                    "Thanks!",
                    "thx",
                    "ty",
                    "thank you so much for your help",
                    "ok great, thanks",
                    "Perfect.",
                    "got it",
                    "cheers",
                    "thanks a lot 🙏",
                    "thanks for the quick reply",
                ],
            ),
            (Goodbye, &["bye", "Thanks, bye!", "see you later", "have a nice day", "that's all, thank you", "good night", "nothing else, thanks"]),
            (
                Human,
                &[
                    "agent",
                    "a human, please",
                    "I want to talk to a real person",
                    "can I speak to someone?",
                    "connect me to an agent",
                    "give me a human",
                    "Hello, I would like to speak with customer service please",
                    "I don't want to talk to a bot",
                    "transfer me to a representative",
                    "live agent now",
                    "please let me talk to a human",
                    "get me an operator",
                ],
            ),
            (
                TicketStatus,
                &[
                    "where is my ticket?",
                    "Any update on my ticket?",
                    "what's the status of my request",
                    "how is my ticket going",
                    "hi, where's my ticket",
                    "check my ticket status",
                ],
            ),
            (
                NotHelped,
                &[
                    "that did not help",
                    "That didn't help.",
                    "it still doesn't work",
                    "still not working!!",
                    "Sorry, but that did not help",
                    "no, it didn't help",
                    "same problem",
                    "not helpful",
                    "it does not work",
                    "I already tried that",
                ],
            ),
            (Yes, &["yes", "Yes, that helped", "it works now, thanks", "solved!", "yep", "absolutely"]),
            (No, &["no", "nope", "none of these", "not really", "no thanks", "that's not what I meant"]),
            (Cancel, &["cancel", "never mind", "forget it", "stop"]),
        ],
        &[
            "hello, my order is broken",
            "Hi! Do you ship to Norway?",
            "thanks, but it still fails with error 5",
            "thank you card",
            "is there a person I can send a gift to",
            "where is my order",
            "where is my parcel",
            "how do I become an agent",
            "agent discount",
            "human hair wig",
            "good morning tea set price",
            "bye bye baby book",
            "is it possible to cancel",
            "cancel my order",
            "my ticket for the concert is lost",
            "the display does not work",
            "your customer service promised me a refund",
            "how do I contact the manufacturer",
            "does this help against mosquitoes",
            "yes or no: is it waterproof",
            "no sound",
            "can I talk to the app with my voice",
        ],
    );
}

#[test]
fn chinese_simplified_and_traditional() {
    check(
        "zh",
        &[
            (
                Greeting,
                &[
                    "你好",
                    "您好！",
                    "在吗",
                    "在嗎？",
                    "有人吗",
                    "有人在嗎",
                    "早上好",
                    "晚上好呀",
                    "哈囉",
                    "你好，请问",
                    "請問一下",
                    "我想问一下",
                    "你好，有個問題",
                    "hello 你好",
                    "客服在吗",
                ],
            ),
            (Thanks, &["谢谢", "謝謝您！", "好的，谢谢", "多謝", "太好了，谢谢你", "知道了", "瞭解，感謝", "辛苦了", "嗯好的", "收到，谢谢啦"]),
            (Goodbye, &["再见", "再見", "拜拜", "没事了，谢谢", "沒有了，謝謝", "晚安", "好的，再见", "就这些，谢谢"]),
            (
                Human,
                &[
                    "人工",
                    "转人工",
                    "轉人工",
                    "人工客服",
                    "我要人工",
                    "请转人工客服",
                    "麻烦帮我转人工",
                    "能不能转真人客服",
                    "我想找真人",
                    "可以轉接客服嗎",
                    "幫我轉人工，謝謝",
                    "我不要机器人",
                    "你好，我要找人工客服",
                    "怎么联系客服",
                    "直接转人工吧",
                    "聯絡客服",
                ],
            ),
            (
                TicketStatus,
                &[
                    "我的工单",
                    "我的工單到哪了",
                    "查一下我的工单进度",
                    "工單進度",
                    "我想查一下我的工单状态",
                    "工单处理好了吗？",
                    "請幫我查一下我的工單",
                ],
            ),
            (
                NotHelped,
                &["没有帮助", "沒有幫助", "没用", "还是不行", "還是不行", "没解决", "沒有解決", "不管用", "试过了，还是不行", "这个没有帮助"],
            ),
            (Yes, &["是的", "對", "解决了", "有帮助", "可以了，谢谢", "沒錯"]),
            (No, &["不是", "都不是", "不對", "没有", "以上都不是"]),
            (Cancel, &["取消", "算了", "不用了", "不用了，谢谢"]),
        ],
        &[
            "你好,我的快递还没到",
            "你好，我的訂單壞了",
            "谢谢，那怎么退货",
            "请问怎么退货",
            "請問運費多少",
            "人工草坪多少钱",
            "人工费怎么算",
            "取消订单",
            "我要取消订单",
            "我的快递到哪了",
            "客服几点上班",
            "再见面的时候怎么退",
            "有没有帮助文档",
            "这个有用吗",
            "没有收到验证码",
            "不是我买的",
            "可以退吗",
            "真人版玩偶有货吗",
            "早上好几点送货",
        ],
    );
}

#[test]
fn spanish() {
    check(
        "es",
        &[
            (
                Greeting,
                &[
                    "Hola",
                    "¡Hola! ¿Qué tal?",
                    "Buenos días",
                    "buenas tardes a todos",
                    "hola, tengo una pregunta",
                    "¿Hay alguien ahí?",
                    "Hola, ¿me puede ayudar?",
                    "muy buenas",
                ],
            ),
            (
                Thanks,
                &[
                    "Gracias",
                    "¡Muchas gracias por su ayuda!",
                    "vale, gracias",
                    "perfecto",
                    "de acuerdo, mil gracias",
                    "entendido",
                    "muy amable, gracias",
                ],
            ),
            (Goodbye, &["adiós", "Hasta luego", "gracias, hasta pronto", "eso es todo, gracias", "nos vemos", "nada más, gracias"]),
            (
                Human,
                &[
                    "quiero hablar con una persona",
                    "Quisiera hablar con un agente, por favor",
                    "un humano por favor",
                    "¿Puedo hablar con alguien?",
                    "necesito hablar con un asesor",
                    "páseme con un operador",
                    "agente",
                    "atención al cliente",
                    "Hola, me gustaría hablar con una persona real",
                    "no quiero hablar con un bot",
                ],
            ),
            (
                TicketStatus,
                &[
                    "¿Dónde está mi ticket?",
                    "¿cómo va mi ticket?",
                    "estado de mi solicitud",
                    "¿Hay novedades sobre mi ticket?",
                    "hola, ¿cuál es el estado de mi ticket?",
                ],
            ),
            (
                NotHelped,
                &["No me ayudó", "eso no me ayudó", "no funciona", "sigue sin funcionar", "No, no sirve", "no me ha ayudado", "todavía no funciona"],
            ),
            (Yes, &["sí", "Sí, gracias", "claro", "funciona", "ya funciona, gracias", "resuelto"]),
            (No, &["no", "ninguna de estas", "todavía no", "no, gracias", "no es eso"]),
            (Cancel, &["cancelar", "olvídalo", "déjalo", "no importa"]),
        ],
        &[
            "Hola, ¿dónde está mi pedido?",
            "gracias, pero sigue fallando el pago",
            "quiero cancelar mi pedido",
            "¿Puedo devolver los zapatos?",
            "¿Cuánto tarda el envío?",
            "una persona ha abierto mi paquete",
            "no funciona la pantalla",
            "el agente de transporte no vino",
            "buenas noches de sueño: colchón",
            "¿hay alguien que entregue los domingos?",
            "mi ticket de compra no se lee",
        ],
    );
}

#[test]
fn german() {
    check(
        "de",
        &[
            (
                Greeting,
                &[
                    "Hallo",
                    "Guten Tag!",
                    "Moin moin",
                    "Guten Morgen zusammen",
                    "Grüß Gott",
                    "Hallo, ich habe eine Frage",
                    "Können Sie mir helfen?",
                    "Ist jemand da?",
                    "Sehr geehrte Damen und Herren",
                ],
            ),
            (
                Thanks,
                &[
                    "Danke",
                    "Vielen Dank für Ihre Hilfe!",
                    "alles klar, danke",
                    "Super, vielen lieben Dank",
                    "Danke schön",
                    "verstanden",
                    "Okay, danke euch",
                ],
            ),
            (Goodbye, &["Tschüss", "Auf Wiedersehen", "Danke, schönen Tag noch", "das war alles, danke", "bis bald", "Ciao"]),
            (
                Human,
                &[
                    "Ich möchte mit einem Menschen sprechen",
                    "Kann ich bitte mit einem Mitarbeiter sprechen?",
                    "Mitarbeiter bitte",
                    "Hallo, ich will mit jemandem reden",
                    "Verbinden Sie mich mit einem Mitarbeiter",
                    "ein echter Mensch bitte",
                    "Kundendienst",
                    "ich brauche einen Mitarbeiter",
                    "ich möchte keinen Bot",
                    "Ich würde gerne mit einer echten Person sprechen",
                ],
            ),
            (
                TicketStatus,
                &[
                    "Wo ist mein Ticket?",
                    "Was ist mit meinem Ticket?",
                    "Status meines Tickets",
                    "Wie ist der Stand von meinem Ticket?",
                    "Gibt es Neues zu meinem Ticket?",
                    "Wo bleibt meine Anfrage?",
                ],
            ),
            (
                NotHelped,
                &[
                    "Das hat nicht geholfen",
                    "hat leider nicht geholfen",
                    "funktioniert immer noch nicht",
                    "Das hilft mir nicht weiter",
                    "geht nicht",
                    "Es klappt immer noch nicht",
                    "habe ich schon probiert",
                ],
            ),
            (Yes, &["ja", "Ja, danke", "genau", "das hat geholfen", "geht wieder, danke", "stimmt"]),
            (No, &["nein", "Nein, danke", "leider nein", "keins davon", "noch nicht", "nicht wirklich"]),
            (Cancel, &["abbrechen", "egal", "vergiss es", "hat sich erledigt"]),
        ],
        &[
            "Hallo, wo ist mein Paket?",
            "Danke, aber es kommt noch ein Fehler",
            "Guten Tag, meine Lampe ist kaputt",
            "Wo ist meine Bestellung?",
            "Kann ich abbrechen und mein Geld zurückbekommen?",
            "Die App funktioniert nicht",
            "Ein Mitarbeiter hat mir Rabatt versprochen",
            "Guten Appetit Tasse Preis",
            "Wie komme ich an mein Ticket für das Konzert?",
            "nein zu Werbung: wie melde ich mich ab",
            "Ist die Uhr für Menschen mit Allergie geeignet?",
        ],
    );
}

#[test]
fn french() {
    check(
        "fr",
        &[
            (
                Greeting,
                &[
                    "Bonjour",
                    "Salut !",
                    "Bonsoir à tous",
                    "Bonjour, j'ai une question",
                    "Coucou",
                    "Il y a quelqu'un ?",
                    "Bonjour, pouvez-vous m'aider ?",
                ],
            ),
            (
                Thanks,
                &["Merci", "Merci beaucoup pour votre aide !", "d'accord, merci", "parfait", "Je vous remercie", "super, merci bien", "C'est noté"],
            ),
            (Goodbye, &["Au revoir", "Merci, bonne journée", "à bientôt", "c'est tout, merci", "Bonne soirée !", "bonne fin de journée"]),
            (
                Human,
                &[
                    "Je veux parler à un humain",
                    "Je voudrais parler à un conseiller, s'il vous plaît",
                    "un conseiller svp",
                    "Puis-je parler à quelqu'un ?",
                    "Passez-moi un conseiller",
                    "service client",
                    "parler avec une vraie personne",
                    "Bonjour, je souhaite parler à une personne",
                    "j'aimerais joindre le service client",
                ],
            ),
            (
                TicketStatus,
                &[
                    "Où est mon ticket ?",
                    "Où en est ma demande ?",
                    "statut de mon ticket",
                    "Avez-vous des nouvelles de mon ticket ?",
                    "Bonjour, où en est mon ticket ?",
                ],
            ),
            (
                NotHelped,
                &[
                    "Ça ne m'a pas aidé",
                    "cela n'a pas aidé",
                    "ça ne marche pas",
                    "ça marche toujours pas",
                    "Non, ça ne fonctionne pas",
                    "toujours le même problème",
                    "pas utile",
                ],
            ),
            (Yes, &["oui", "Oui, merci", "bien sûr", "ça a marché", "exactement"]),
            (No, &["non", "Non merci", "pas encore", "aucun", "ce n'est pas ça"]),
            (Cancel, &["annuler", "laisse tomber", "oubliez", "tant pis"]),
        ],
        &[
            "Bonjour, où est mon colis ?",
            "merci, mais le paiement échoue encore",
            "Je veux annuler ma commande",
            "Comment parler espagnol en deux mois",
            "L'écran ne fonctionne pas",
            "une personne a signé à ma place",
            "Quel est l'horaire du service client ?",
            "Mon ticket de caisse est illisible",
            "Bonne soirée crêpes : quel appareil ?",
            "Puis-je parler de ce produit sur mon blog ?",
        ],
    );
}

#[test]
fn portuguese() {
    check(
        "pt",
        &[
            (Greeting, &["Olá", "Oi, tudo bem?", "Bom dia!", "boa tarde pessoal", "Olá, tenho uma dúvida", "Tem alguém aí?", "Oi, pode me ajudar?"]),
            (Thanks, &["Obrigado", "Muito obrigada pela ajuda!", "valeu", "ok, obrigado", "perfeito", "entendi, obrigada", "vlw"]),
            (Goodbye, &["tchau", "Até logo", "obrigado, tchau", "era só isso, obrigada", "até mais", "tenha um bom dia"]),
            (
                Human,
                &[
                    "Quero falar com um atendente",
                    "Gostaria de falar com uma pessoa, por favor",
                    "atendente",
                    "Posso falar com alguém?",
                    "me transfere para um atendente",
                    "preciso falar com um humano",
                    "Olá, quero falar com uma pessoa de verdade",
                    "atendimento humano",
                    "não quero falar com um robô",
                ],
            ),
            (
                TicketStatus,
                &[
                    "Onde está meu ticket?",
                    "como está o meu chamado",
                    "Qual o status do meu chamado?",
                    "cadê meu ticket",
                    "status da minha solicitação",
                ],
            ),
            (
                NotHelped,
                &[
                    "Isso não ajudou",
                    "não me ajudou",
                    "não funciona",
                    "ainda não funciona",
                    "Não, não resolveu",
                    "continua sem funcionar",
                    "não adiantou",
                ],
            ),
            (Yes, &["sim", "Sim, obrigado", "isso mesmo", "resolvido", "deu certo"]),
            (No, &["não", "Não, obrigada", "nenhum desses", "ainda não", "não é isso"]),
            (Cancel, &["cancelar", "esquece", "deixa pra lá", "não precisa"]),
        ],
        &[
            "Olá, onde está meu pedido?",
            "obrigado, mas o boleto ainda dá erro",
            "Quero cancelar minha compra",
            "A tela não funciona",
            "Posso falar do produto nas redes?",
            "uma pessoa recebeu meu pacote",
            "Qual o horário do atendimento?",
            "Bom dia, comprei errado, como troco?",
            "meu ticket de estacionamento sumiu",
        ],
    );
}

#[test]
fn japanese() {
    check(
        "ja",
        &[
            (
                Greeting,
                &[
                    "こんにちは",
                    "こんばんは！",
                    "おはようございます",
                    "もしもし",
                    "質問があります",
                    "こんにちは、質問です",
                    "お世話になります",
                    "はじめまして。",
                ],
            ),
            (
                Thanks,
                &[
                    "ありがとう",
                    "ありがとうございます！",
                    "わかりました、ありがとうございます",
                    "了解です",
                    "助かりました",
                    "どうもありがとうございました",
                    "承知しました",
                ],
            ),
            (Goodbye, &["さようなら", "失礼します", "ありがとうございました、失礼します", "以上です", "またね", "もう大丈夫です"]),
            (
                Human,
                &[
                    "人と話したい",
                    "オペレーターにつないでください",
                    "担当者と話したいです",
                    "人間につないで",
                    "スタッフをお願いします",
                    "すみません、オペレーターと話したいです",
                    "有人対応をお願いします",
                    "担当者に代わってください",
                    "サポートに連絡したいです",
                ],
            ),
            (TicketStatus, &["私のチケットはどうなっていますか", "チケットの状況を教えてください", "問い合わせはどうなりましたか", "チケットの進捗"]),
            (
                NotHelped,
                &[
                    "役に立ちませんでした",
                    "まだできません",
                    "解決しませんでした",
                    "だめでした",
                    "まだ動きません",
                    "すみません、うまくいきませんでした",
                ],
            ),
            (Yes, &["はい", "はい、お願いします", "解決しました", "そうです"]),
            (No, &["いいえ", "違います", "まだです"]),
            (Cancel, &["キャンセル", "やめます", "もういいです"]),
        ],
        &[
            "こんにちは、荷物が届きません",
            "ありがとうございます、でも支払いができません",
            "注文をキャンセルしたい",
            "返品したいです",
            "ログインできません",
            "担当者の名前を知りたい",
            "人間工学の椅子はありますか",
            "チケットの値段はいくらですか",
            "失礼ですが送料はいくらですか",
        ],
    );
}

#[test]
fn misspelt_wishes_are_known_and_questions_are_not_bent_into_wishes() {
    for (text, expected) in [
        ("helo", Greeting),
        ("hlelo", Greeting),
        ("thx", Thanks),
        ("thnaks", Thanks),
        ("agnet pls", Human),
        ("speak to a humna", Human),
        ("transfer me to an opertor", Human),
        ("where is my tickte", TicketStatus),
        ("goodbey", Goodbye),
        ("graicas", Thanks),
        ("mitarbieter bitte", Human),
        ("atendnete", Human),
        ("consieller", Human),
        ("that did not hlep", NotHelped),
    ] {
        assert_eq!(detect(text).or_else(|| detect_misspelt(text)), Some(expected), "{text}");
    }
    for text in [
        "where is my order",
        "hello, my order is broken",
        "wo ist mein Paket",
        "donde esta mi pedido",
        "cancel my order",
        "no sound",
        "shoes",
        "returns",
    ] {
        assert_eq!(detect(text).or_else(|| detect_misspelt(text)), None, "{text}");
    }
}
