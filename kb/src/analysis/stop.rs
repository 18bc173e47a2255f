//! Words that carry little meaning. They are kept, but count less; a question of nothing else finds nothing.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::runs::{Run, Script};
use crate::language::primary;

const ENGLISH: &str = "a an the and or but if of at by for with about to from in on up as is am are was were be been being \
    do does did doing have has had having i im ive me my mine we our us you your yours he him his she her it its they them their \
    this that these those there here what whats which who whom when where why how hows can could would should will shall may might \
    must please tell so than then just also very too ok okay hi hello hey thanks thank";
const GERMAN: &str = "der die das den dem des ein eine einen einem einer eines und oder aber wenn von bei fur mit uber zu zum zur aus in im \
    an am auf ist bin sind war waren sein hat habe haben hatte ich mich mir mein meine meinen meiner wir uns unser du dich dir dein sie ihr \
    ihre er ihn ihm es dies diese dieser dieses da hier was welche wer wann wo warum wie kann konnen konnte wurde werden wird soll muss bitte \
    so als dann auch sehr hallo danke";
const FRENCH: &str = "le la les un une des du de et ou mais si par pour avec sur a au aux en dans est suis sont etait etre ai as avons ont avoir \
    je me moi mon ma mes nous notre nos tu te toi ton ta tes vous votre vos il elle ils elles ce cet cette ces que qui quoi quel quelle \
    quand ou pourquoi comment peut puis peux pouvez svp plait aussi tres bonjour merci";
const SPANISH: &str = "el la los las un una unos unas y o pero si de del al por para con sobre a en es soy son era ser he ha han haber tengo \
    yo me mi mis nos nuestro tu tus te usted ustedes su sus el ella ellos lo le les este esta estos eso esa que quien cual cuando donde por \
    como puedo puede pueden favor tambien muy hola gracias";
const ITALIAN: &str = "il lo la i gli le un uno una e o ma se di del della dei da dal per con su a al alla in nel nella sono e era essere ho ha hanno \
    avere io mi mio mia miei ci nostro tu ti tuo tua voi vi vostro lui lei loro questo questa quello quella che chi quale quando dove \
    perche come posso puo potete favore anche molto ciao grazie";
const PORTUGUESE: &str = "o a os as um uma e ou mas se de do da dos das por para com sobre em no na nos nas ao sou sao era ser tenho tem ter eu me \
    meu minha meus nos nosso voce voces te seu sua ele ela eles isto este esta esse essa que quem qual quando onde porque como posso pode \
    favor tambem muito ola obrigado obrigada";
const DUTCH: &str = "de het een en of maar als van bij voor met over te naar uit in op aan is ben zijn was waren heb heeft hebben had ik mij mijn \
    wij we ons onze jij je jouw u uw hij hem zij ze haar hun dit dat deze die er hier wat welke wie wanneer waar waarom hoe kan kunnen \
    kun zou moet alstublieft ook erg hallo bedankt";
const RUSSIAN: &str = "и или но если от при для с со о об к ко из в во на по у за это эта этот эти то тот что как где когда почему кто какой какая \
    какие я мне меня мой моя мои мы нас наш вы вас вам ваш он она они его ее их есть был была быть могу можно нужно ли же бы не подскажите \
    пожалуиста здравствуите привет спасибо";
const CHINESE: &str = "的了吗呢啊吧呀哦嗯么我你您他她它们是怎什这那个就也都还很请";
const CHINESE_PAIRS: [&str; 8] = ["么办", "如何", "请问", "可以", "为什", "为何", "你好", "谢谢"];
const KANA: &str = "のはがをにでともへかなねよやますしたいこそれあるです";

static LISTS: LazyLock<HashMap<&'static str, HashSet<&'static str>>> = LazyLock::new(|| {
    [("en", ENGLISH), ("de", GERMAN), ("fr", FRENCH), ("es", SPANISH), ("it", ITALIAN), ("pt", PORTUGUESE), ("nl", DUTCH), ("ru", RUSSIAN)]
        .into_iter()
        .map(|(lang, words)| (lang, words.split_ascii_whitespace().collect()))
        .collect()
});

/// The stop lists for a text that may be in any of some languages.
pub(super) struct StopWords(Vec<&'static HashSet<&'static str>>);

impl StopWords {
    /// The English list, which serves every language that borrows English words, and those of `langs`.
    pub(super) fn of(langs: &[&str]) -> Self {
        let mut tags = vec!["en"];
        tags.extend(langs.iter().map(|lang| primary(lang)));
        tags.sort_unstable();
        tags.dedup();
        Self(tags.into_iter().filter_map(|tag| LISTS.get(tag)).collect())
    }

    /// Whether a word, accents folded and not stemmed, carries little meaning.
    pub(super) fn word(&self, word: &str) -> bool {
        self.0.iter().any(|list| list.contains(word))
    }
}

/// Which characters of a run without spaces carry little meaning, alone or in the words they are part of here.
pub(super) fn little(run: &Run) -> Vec<bool> {
    match run.script {
        Script::Han => {
            let mut little: Vec<bool> = run.chars.iter().map(|c| CHINESE.contains(*c)).collect();
            for (at, pair) in run.chars.windows(2).enumerate() {
                if CHINESE_PAIRS.iter().any(|stop| stop.chars().eq(pair.iter().copied())) {
                    little.iter_mut().skip(at).take(2).for_each(|little| *little = true);
                }
            }
            little
        }
        Script::Kana => run.chars.iter().map(|c| KANA.contains(*c)).collect(),
        Script::Word | Script::Hangul | Script::Unspaced => vec![false; run.chars.len()],
    }
}
