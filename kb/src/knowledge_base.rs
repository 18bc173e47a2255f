//! The knowledge base as callers see it: open, apply changes, ask.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::Serialize;
use tantivy::{Index, IndexReader};

use crate::analysis::Synonyms;
use crate::article::{Article, Change, Viewer};
use crate::confidence::{Costs, Decision, Evidence, Judgement};
use crate::index::{Folder, Snapshot, damaged, draft_index, write};
use crate::language;
use crate::learning::{Kind, Learnt, MOST_SAMPLES, Sample, learn};
use crate::meaning::{Meaning, Texts, unit};
use crate::retrieval::{ByMeaning, Corpus, Found, Search, Source, find_reworded, nearest};
use crate::{Cancel, Error};

/// Candidates that a verdict names.
const CANDIDATES: usize = 5;

/// Languages of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The default language: what an article is in unless it says otherwise, and what is shown when there is nothing better.
    pub language: String,
    /// All configured languages.
    pub languages: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { language: "en".to_owned(), languages: vec!["en".to_owned()] }
    }
}

/// A question, who asks it, and what is already known about it.
pub struct Question<'a> {
    /// The customer's words.
    pub text: &'a str,
    /// The customer's language, when known.
    pub lang: Option<&'a str>,
    /// For whom it is answered.
    pub viewer: &'a Viewer,
    /// Slugs that the customer has refused already.
    pub exclude: &'a [String],
    /// Articles that are tried as if they were published; each replaces its published version.
    pub drafts: &'a [Article],
}

/// What the bot would do with a question, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What to do.
    pub decision: Decision,
    /// Probability that the best candidate answers the question.
    pub probability: f64,
    /// Probability that one of the first three candidates does.
    pub among_three: f64,
    /// Probability from which the bot answers.
    pub threshold: f64,
    /// What the bot would say: the best candidate's answer, or nothing when it does not answer.
    pub text: String,
    /// Articles that were found, best first, at most five.
    pub candidates: Vec<Candidate>,
    /// Words of the question in place of which it was read with others that mean the same.
    pub synonyms: Vec<Swap>,
}

/// A word or phrase of a question that was read as another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Swap {
    /// What the customer said, as the group of synonyms has it.
    pub said: String,
    /// What was searched for instead.
    pub read: String,
}

/// An article that was found for a question, in the version that is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The article's slug.
    pub slug: String,
    /// Language of the version shown.
    pub lang: String,
    /// Title of the version shown.
    pub title: String,
    /// Short answer of the version shown.
    pub answer: String,
    /// How well it matches, from 0 to about 1; for comparing candidates of one question.
    pub score: f64,
    /// How near its nearest title or sample question is, from 0 to 1.
    pub similarity: f64,
    /// What each ranker says of it.
    pub scores: Scores,
    /// Which words of the question it has, and where.
    pub matched: Vec<Matched>,
}

/// What each ranker says of an article; all but `learned` lie between 0 and about 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Words of the title.
    pub title: f64,
    /// Words of the sample questions and keywords.
    pub phrasings: f64,
    /// Words of answer and body.
    pub body: f64,
    /// Words of the passage that matches best.
    pub passage: f64,
    /// Share of the title that the question has.
    pub title_share: f64,
    /// Share of the question that the article has.
    pub covered: f64,
    /// The nearest titles and sample questions, typing errors forgiven.
    pub nearest: f64,
    /// What was learnt from the sample questions: log odds that the question is one of this article's.
    pub learned: f64,
    /// How near its nearest title or sample question is in meaning; 0 where words alone found it.
    pub meaning: f64,
}

/// Words of a question that a field of an article has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matched {
    /// `title`, `phrasings`, `keywords`, `answer` or `body`.
    pub field: String,
    /// The words, as the customer wrote them.
    pub terms: Vec<String>,
}

/// An index of published articles that answers questions.
///
/// Cheap to clone; all clones are one knowledge base. Every call blocks: run them on threads made for that. What
/// [`apply`](Self::apply) does is seen by every question that begins after it returns, and one question sees one
/// state of the index from beginning to end.
#[derive(Clone)]
pub struct KnowledgeBase(Arc<Inner>, Option<Arc<Synonyms>>);

struct Inner {
    settings: Settings,
    judgement: RwLock<Arc<Judgement>>,
    synonyms: RwLock<Arc<Synonyms>>,
    meaning: RwLock<Option<Arc<Meaning>>>,
    learnt: RwLock<Option<Arc<Learnt>>>,
    /// The version that was learnt from.
    trained: RwLock<Option<u64>>,
    writing: Mutex<Writing>,
    state: RwLock<State>,
}

struct Writing {
    folder: Folder,
    index: Index,
    reader: IndexReader,
}

#[derive(Clone)]
struct State {
    snapshot: Arc<Snapshot>,
    seq: i64,
    version: u64,
}

impl KnowledgeBase {
    /// Opens the index in the folder `dir`, or one in memory for `None`.
    ///
    /// An index that is damaged, half written or of another format is thrown away, and an empty one is
    /// returned whose [`applied_seq`](Self::applied_seq) is 0: replay the change log from there. The same holds
    /// for an index that has applied more than the database knows: call [`clear`](Self::clear).
    /// A folder serves one process; [`Error::InUse`] when another one has it.
    pub fn open(dir: Option<&Path>, settings: Settings) -> Result<Self, Error> {
        let folder = Folder::hold(dir)?;
        let (index, seq) = folder.open()?;
        let reader = Snapshot::reader(&index)?;
        let snapshot = Arc::new(Snapshot::take(&reader)?);
        let inner = Inner {
            settings,
            judgement: RwLock::default(),
            synonyms: RwLock::default(),
            meaning: RwLock::default(),
            learnt: RwLock::default(),
            trained: RwLock::default(),
            writing: Mutex::new(Writing { folder, index, reader }),
            state: RwLock::new(State { snapshot, seq, version: 0 }),
        };
        Ok(Self(Arc::new(inner), None))
    }

    /// The last sequence of the change log that is in the index; 0 for an empty one.
    pub fn applied_seq(&self) -> i64 {
        self.state().seq
    }

    /// Applies changes that bring the index to `seq`, all or none, and returns when questions see them.
    ///
    /// A batch older than what is applied already is ignored, so that two followers of the log cannot bring an older
    /// revision back. After an error the index is as before, and the batch can be tried again.
    pub fn apply(&self, changes: Vec<Change>, seq: i64) -> Result<(), Error> {
        let writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if seq < self.applied_seq() {
            return Ok(());
        }
        write(&writing.index, &changes, seq, || self.show(&writing.reader, seq, false))?;
        // Merging may have replaced segments; the old ones are let go.
        self.show(&writing.reader, seq, true)
    }

    /// Forgets everything, also an index that is damaged; the applied sequence is 0 again.
    pub fn clear(&self) -> Result<(), Error> {
        let mut writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let index = writing.folder.create()?;
        let reader = Snapshot::reader(&index)?;
        self.show(&reader, 0, false)?;
        writing.index = index;
        writing.reader = reader;
        Ok(())
    }

    /// Whether the index files still hold what was written; reads all of them. When not, [`clear`](Self::clear) and replay.
    pub fn is_sound(&self) -> bool {
        let writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        !writing.folder.is_on_disk() || !damaged(&writing.index)
    }

    /// Learns from the sample questions of what is published now; questions are answered meanwhile, as before. Takes seconds of one
    /// core for the most that is learnt from, so call it some time after changes, never from two threads at once. Answers whether
    /// it was done: not when cancelled.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn train(&self, cancel: &Cancel) -> Result<bool, Error> {
        let State { snapshot, version, .. } = self.state();
        let serve = |learnt| *self.0.learnt.write().unwrap_or_else(PoisonError::into_inner) = Some(learnt);
        let tried = learn(&snapshot, &self.0.settings, cancel, serve)?;
        if cancel.is_cancelled() {
            return Ok(false);
        }
        if tried.is_none() {
            // There is too much to learn from; what was learnt from less does not serve on.
            *self.0.learnt.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
        self.judge_by(self.judgement().of_these_articles(&tried.unwrap_or_default()));
        *self.0.trained.write().unwrap_or_else(PoisonError::into_inner) = Some(version);
        Ok(true)
    }

    /// What the bot would do with a question.
    pub fn ask(&self, question: &Question<'_>) -> Result<Verdict, Error> {
        Ok(self.examine(question, CANDIDATES)?.1)
    }

    /// What the bot would do, given what it would do by words and the question's vector: the surer of both counts.
    pub fn ask_by_meaning(&self, question: &Question<'_>, by_words: Verdict, vector: &[f32]) -> Result<Verdict, Error> {
        let Some(meaning) = self.0.meaning.read().unwrap_or_else(PoisonError::into_inner).clone() else { return Ok(by_words) };
        let snapshot = self.state().snapshot;
        let Some(vector) = unit(vector) else { return Ok(by_words) };
        let wanted = question.lang.or_else(|| language::detect(question.text).map(|found| found.lang));
        let found = catch_unwind(AssertUnwindSafe(|| {
            let corpus = Corpus::new(vec![Source::new(&snapshot, question.viewer, question.exclude, question.drafts)]);
            nearest(&corpus, &meaning, &vector, wanted, &self.0.settings.language, CANDIDATES)
        }));
        let ByMeaning { mut candidates, probabilities: (first, among_three) } = found.unwrap_or(Err(Error::Damaged))?;
        if candidates.is_empty() || (first <= by_words.probability && among_three <= by_words.among_three) {
            return Ok(by_words);
        }
        let judgement = self.judgement();
        let decision = if first >= judgement.threshold() {
            Decision::Answer
        } else if among_three > judgement.costs.asking {
            Decision::Clarify
        } else {
            Decision::Handoff
        };
        if first <= by_words.probability && decision != Decision::Clarify {
            return Ok(by_words);
        }
        let text = match (decision, candidates.first()) {
            (Decision::Answer, Some(best)) => best.answer.clone(),
            _ => String::new(),
        };
        let others = by_words.candidates.into_iter().filter(|other| !candidates.iter().any(|known| known.slug == other.slug));
        let others: Vec<Candidate> = others.collect();
        candidates.extend(others);
        candidates.truncate(CANDIDATES);
        Ok(Verdict { decision, probability: first, among_three, threshold: by_words.threshold, text, candidates, synonyms: Vec::new() })
    }

    /// The titles and sample questions of what is published; `None` when there are too many, or when cancelled.
    pub fn texts(&self, cancel: &Cancel) -> Result<Option<Texts>, Error> {
        let samples = self.state().snapshot.samples(MOST_SAMPLES, cancel)?;
        let texts =
            |samples: Vec<_>| Texts::of(samples.into_iter().filter(|one: &Sample| one.kind != Kind::Sentence).map(|one| (one.class, one.text)));
        Ok(samples.map(texts))
    }

    /// Compares questions by these vectors from now on, or by none.
    pub fn set_meaning(&self, meaning: Option<Meaning>) {
        *self.0.meaning.write().unwrap_or_else(PoisonError::into_inner) = meaning.map(Arc::new);
    }

    /// The best `limit` articles for a question, with the same analysis and for the same viewer, and no judgement.
    pub fn search(&self, question: &Question<'_>, limit: usize) -> Result<Vec<Candidate>, Error> {
        Ok(self.find(question, limit)?.candidates)
    }

    /// What [`ask`](Self::ask) says, with up to `limit` candidates and with what speaks for and against the first, for fitting a
    /// [`Judgement`] and for measuring.
    pub fn examine(&self, question: &Question<'_>, limit: usize) -> Result<(Evidence, Verdict), Error> {
        let found = self.find(question, limit)?;
        let judgement = self.judgement();
        let evidence = Evidence::from(found.clues);
        let decision = judgement.decide(&evidence, found.candidates.len());
        let text = match (decision, found.candidates.first()) {
            (Decision::Answer, Some(best)) => best.answer.clone(),
            _ => String::new(),
        };
        let verdict = Verdict {
            decision,
            probability: judgement.probability(&evidence),
            among_three: judgement.probability_among_three(&evidence),
            threshold: judgement.threshold(),
            text,
            candidates: found.candidates,
            synonyms: found.swaps,
        };
        Ok((evidence, verdict))
    }

    /// Decides by these costs from now on.
    pub fn set_costs(&self, costs: Costs) {
        let judgement = Judgement { costs, ..(*self.judgement()).clone() };
        self.judge_by(judgement);
    }

    /// Reads questions with these synonyms from now on.
    pub fn set_synonyms(&self, synonyms: Synonyms) {
        *self.0.synonyms.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(synonyms);
    }

    /// The same knowledge base for trying other synonyms: what is asked through it is read with these.
    #[must_use]
    pub fn trying(&self, synonyms: Synonyms) -> Self {
        Self(Arc::clone(&self.0), Some(Arc::new(synonyms)))
    }

    /// Counts the states that questions were answered from: another number, other articles.
    pub fn version(&self) -> u64 {
        self.state().version
    }

    /// Whether [`train`](Self::train) has seen the articles as they are now.
    pub fn is_learnt(&self) -> bool {
        *self.0.trained.read().unwrap_or_else(PoisonError::into_inner) == Some(self.version())
    }

    /// How decisions follow from evidence now.
    pub fn judgement(&self) -> Arc<Judgement> {
        Arc::clone(&self.0.judgement.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decides by `judgement` from now on.
    pub fn judge_by(&self, judgement: Judgement) {
        *self.0.judgement.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(judgement);
    }

    /// Bytes of the index.
    pub fn bytes(&self) -> u64 {
        let used = self.state().snapshot.searcher.space_usage();
        let learnt = self.learnt().map_or(0, |learnt| learnt.bytes() as u64);
        used.map_or(0, |used| used.total().get_bytes()) + learnt
    }

    /// Number of article versions, all languages counted.
    pub fn len(&self) -> usize {
        self.state().snapshot.articles
    }

    /// Whether there is no article at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn synonyms(&self) -> Arc<Synonyms> {
        let shared = || Arc::clone(&self.0.synonyms.read().unwrap_or_else(PoisonError::into_inner));
        self.1.clone().unwrap_or_else(shared)
    }

    fn learnt(&self) -> Option<Arc<Learnt>> {
        self.0.learnt.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn state(&self) -> State {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, reader: &IndexReader, seq: i64, merged: bool) -> Result<(), Error> {
        reader.reload()?;
        let snapshot = Arc::new(Snapshot::take(reader)?);
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        // Merging shows the same articles again.
        let version = state.version + u64::from(!merged);
        *state = State { snapshot, seq, version };
        Ok(())
    }

    fn find(&self, question: &Question<'_>, limit: usize) -> Result<Found, Error> {
        let published = self.state().snapshot;
        let learnt = self.learnt();
        let (synonyms, judgement) = (self.synonyms(), self.judgement());
        // Index files are mapped into memory: if the disk changes them, tantivy may panic on what it reads.
        let found = catch_unwind(AssertUnwindSafe(|| {
            let drafts = match question.drafts {
                [] => None,
                drafts => Some(Snapshot::take(&Snapshot::reader(&draft_index(drafts)?)?)?),
            };
            let mut sources = vec![Source::new(&published, question.viewer, question.exclude, question.drafts)];
            sources.extend(drafts.as_ref().map(|drafts| Source::new(drafts, question.viewer, question.exclude, &[])));
            let search = Search { corpus: Corpus::new(sources), settings: &self.0.settings, learnt: learnt.as_deref(), absent: None };
            find_reworded(&search, question, limit, &synonyms, &judgement)
        }));
        found.unwrap_or(Err(Error::Damaged))
    }
}
