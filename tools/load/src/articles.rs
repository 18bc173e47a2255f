//! A made-up knowledge base as a folder of Markdown.

use std::{fs, io::Write as _, path::PathBuf};

use anyhow::{Context as _, ensure};

use crate::{
    questions::{Dice, MadeUp, Vocabulary},
    report::Report,
};

/// Articles in one folder.
const FOLDER: usize = 500;
/// Questions that are written.
const QUESTIONS: usize = 20_000;

/// What is made up.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// How many articles.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) count: usize,
    /// The same seed gives the same articles.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where to: DIR/articles for `bellhop kb sync`, DIR/questions.txt for `bellhop-load answer`.
    pub(crate) dir: PathBuf,
}

/// Writes it.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    ensure!((1..=1_000_000).contains(&options.count), "from 1 to 1000000 articles");
    let root = options.dir.join("articles");
    ensure!(!root.exists(), "{} exists already", root.display());
    let mut dice = Dice::new(options.seed);
    let vocabulary = Vocabulary::new(&mut dice);
    let mut articles = Vec::with_capacity(options.count);
    for number in 0..options.count {
        let folder = root.join(format!("topic-{:03}", number / FOLDER));
        if number % FOLDER == 0 {
            fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        let article = MadeUp::new(&vocabulary, &mut dice);
        let [one, other] = &article.phrasings;
        let text = format!("---\ntitle: \"{}\"\nlang: en\nphrasings: [\"{one}\", \"{other}\"]\n---\n{}\n", article.title, article.body);
        fs::write(folder.join(format!("article-{number:06}.md")), text)?;
        articles.push(article);
    }
    let file = options.dir.join("questions.txt");
    let mut questions = std::io::BufWriter::new(fs::File::create(&file)?);
    for number in 0..QUESTIONS {
        // Strides through all articles, neighbours far apart.
        if let Some(article) = articles.get(number.wrapping_mul(7919) % articles.len()) {
            writeln!(questions, "{}", article.question(&mut dice))?;
        }
    }
    questions.flush()?;
    let mut report = Report::default();
    report.add("articles", options.count);
    report.add("folder", root.display().to_string());
    report.add("questions", file.display().to_string());
    Ok(report)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn written(seed: u64) -> (String, String) {
        let folder = tempfile::tempdir().unwrap();
        run(&Options { count: 7, seed, dir: folder.path().to_owned() }).unwrap();
        let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
        (read("articles/topic-000/article-000006.md"), read("questions.txt"))
    }

    #[test]
    fn the_same_seed_gives_the_same_articles() {
        assert_eq!(written(1), written(1));
        assert_ne!(written(1), written(2));
    }

    #[test]
    fn articles_have_front_matter_and_questions_fit() {
        let (article, questions) = written(5);
        assert!(article.starts_with("---\ntitle: \""));
        assert_eq!(article.matches("---\n").count(), 2);
        assert_eq!(questions.lines().count(), QUESTIONS);
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { count: 1, seed: 1, dir: folder.path().to_owned() };
        run(&options).unwrap();
        assert!(run(&options).is_err());
    }
}
