//! The words of the scenarios: `scenarios/words.txt`, in sections. A pair of Chinese and English may stand
//! in several sections; within one it stands once, and so does what it means.

use super::text::{Fault, Token, Word, is_chinese};

/// One word and the name it has in the program.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meaning {
    section: String,
    zh: String,
    en: String,
    key: String,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Words(Vec<Meaning>);

pub(crate) const FILE: &str = "words.txt";

impl Words {
    pub(crate) fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let mut words = Self::default();
        let mut faults = Vec::new();
        let mut section = String::new();
        for (n, line) in text.lines().enumerate() {
            let fault = |text: String| Fault { file: FILE.to_owned(), line: n + 1, text };
            if line.is_empty() || line.starts_with("# ") || line.starts_with("> ") {
                continue;
            }
            if let Some(name) = line.strip_prefix("== ") {
                name.split(' ').next().unwrap_or_default().clone_into(&mut section);
                continue;
            }
            let cells: Vec<&str> = line.split(" | ").collect();
            let (zh, en, key) = match cells.as_slice() {
                [zh, en] => (*zh, *en, *en),
                [zh, en, key] => (*zh, *en, *key),
                _ => {
                    faults.push(fault("write 中文 | English | name in the program".to_owned()));
                    continue;
                }
            };
            if !is_chinese(zh) || zh.contains(' ') || en.is_empty() || is_chinese(en) {
                faults.push(fault(format!("\"{zh}\" and \"{en}\" are no pair")));
            }
            let meaning = Meaning {
                section: section.clone(),
                zh: zh.to_owned(),
                en: en.to_owned(),
                key: key.to_owned(),
            };
            let same =
                |m: &&Meaning| m.section == section && ((m.zh == zh && m.en == en) || m.key == key);
            // A resident, an enterprise and a party all come by receipt.
            if words.0.iter().any(|m| same(&m)) && section != "people" {
                faults.push(fault(format!("\"{zh} {en}\" stands in \"{section}\" already")));
            }
            words.0.push(meaning);
        }
        if faults.is_empty() { Ok(words) } else { Err(faults) }
    }

    /// What a word means in a section.
    pub(crate) fn find(&self, section: &str, word: &Word) -> Option<&str> {
        let fits = |m: &&Meaning| m.section == section && m.zh == word.zh && m.en == word.en;
        self.0.iter().find(fits).map(|m| &*m.key)
    }

    /// The same, with what is known where it means nothing there.
    pub(crate) fn need(&self, section: &str, word: &Word) -> Result<&str, String> {
        self.find(section, word).ok_or_else(|| {
            let same = |m: &&Meaning| m.section == section && (m.zh == word.zh || m.en == word.en);
            let near = self.0.iter().find(same);
            let hint = near.map_or(String::new(), |m| format!("; there is \"{} {}\"", m.zh, m.en));
            format!("\"{} {}\" is not among the {section} of {FILE}{hint}", word.zh, word.en)
        })
    }

    /// The word for a name, in both languages.
    pub(crate) fn say(&self, section: &str, key: &str) -> Result<String, String> {
        let found = self.0.iter().find(|m| m.section == section && m.key == key);
        found
            .map(|m| format!("{} {}", m.zh, m.en))
            .ok_or_else(|| format!("{FILE} has no word for \"{key}\" in {section}"))
    }

    /// The names of a section.
    pub(crate) fn keys(&self, section: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |m| m.section == section).map(|m| &*m.key)
    }

    /// The pairs of a section.
    pub(crate) fn pairs(&self, section: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(move |m| m.section == section).map(|m| (&*m.zh, &*m.en))
    }

    /// Each word means something somewhere.
    pub(crate) fn know_all(&self, tokens: &[Token]) -> Result<(), String> {
        for token in tokens {
            let Token::Word(word) = token else { continue };
            let numbered = ["节点", "月报"].contains(&&*word.zh);
            if !numbered && !self.0.iter().any(|m| m.zh == word.zh && m.en == word.en) {
                let near = self.0.iter().find(|m| m.zh == word.zh || m.en == word.en);
                let hint =
                    near.map_or(String::new(), |m| format!("; there is \"{} {}\"", m.zh, m.en));
                return Err(format!("unknown word \"{} {}\"{hint}", word.zh, word.en));
            }
        }
        Ok(())
    }
}
