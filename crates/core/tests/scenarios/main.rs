//! The scenarios of `scenarios/`: what people do on which day, and what the ledger then holds. A line
//! that does not hold is told with file, line, what the file says and what is the case.
//! `UPDATE=1` writes what is the case into the files, so that an author can start from facts; whether the
//! facts are right, only a reader of the rules can say.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod bad;
mod commands;
mod facts;
mod fields;
#[path = "../shared/folding.rs"]
mod folding;
#[path = "../shared/golden.rs"]
mod golden;
mod play;
mod run;
#[path = "../shared/shangcheng.rs"]
mod shangcheng;
mod text;
mod words;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use zongheng_core::matter::ActName;

use run::{Ran, run};
use shangcheng::{folder, root, text_of};
use words::Words;
use world::WORLD;

fn the_words() -> Words {
    let text = text_of(&root().join("scenarios").join(words::FILE)).unwrap();
    Words::read(&text).unwrap_or_else(|faults| {
        let told = faults.iter().fold(String::new(), |told, fault| format!("{told}{fault}\n"));
        panic!("{told}")
    })
}

/// Every scenario with its text.
fn scenarios() -> Vec<(String, String)> {
    let files = folder(&root().join("scenarios")).into_iter();
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "scenario"));
    let read = files.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, text_of(&path).unwrap())
    });
    read.collect()
}

#[expect(clippy::disallowed_methods, reason = "the author asks for it on the command line")]
fn write(file: &str, text: &str) {
    std::fs::write(root().join("scenarios").join(file), text).unwrap();
}

#[test]
fn every_scenario_holds() {
    let words = the_words();
    let mut wrong = String::new();
    for (file, text) in scenarios() {
        let ran = run(&words, &file, &text, golden::updates());
        if let Some(text) = &ran.rewritten {
            write(&file, text);
        }
        for fault in &ran.faults {
            writeln!(wrong, "{fault}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}{}, and a reader checks it", golden::HOW);
}

#[test]
fn the_scenarios_tell_of_every_act_and_every_kind_of_matter() {
    let words = the_words();
    let ran: Vec<Ran> =
        scenarios().iter().map(|(file, text)| run(&words, file, text, false)).collect();
    assert!(ran.len() >= 40, "at least forty scenarios, not {}", ran.len());
    let acts: BTreeSet<ActName> = ran.iter().flat_map(|r| r.acts.iter().copied()).collect();
    let missing: Vec<_> = ActName::all().filter(|act| !acts.contains(act)).collect();
    assert!(missing.is_empty(), "no scenario does: {missing:?}");
    let kinds: BTreeSet<&str> =
        ran.iter().flat_map(|r| r.playbooks.iter().map(String::as_str)).collect();
    let shipped: BTreeSet<&str> = words.keys("playbooks").collect();
    assert_eq!(kinds, shipped, "every kind of matter has a scenario");
}

#[test]
fn every_word_means_something_in_the_county() {
    let words = the_words();
    for key in words.keys("posts") {
        assert!(WORLD.keys.posts.contains_key(key), "no post has the key {key}");
    }
    for key in words.keys("units") {
        assert!(WORLD.keys.units.contains_key(key), "no unit has the key {key}");
    }
    let acts: BTreeSet<&str> = words
        .keys("acts")
        .filter(|a| !["report", "import", "look", "hand_on", "time_passes"].contains(a))
        .collect();
    assert_eq!(acts, ActName::all().map(ActName::name).collect(), "every act has a word");
    let kinds: BTreeSet<&str> = words.keys("kinds").collect();
    assert_eq!(kinds, zongheng_core::matter::Did::KINDS.iter().copied().collect());
    for (zh, en) in words.pairs("fields") {
        let word = text::Word { zh: zh.to_owned(), en: en.to_owned() };
        for section in ["posts", "units", "answers", "stages", "requests", "categories"] {
            assert_eq!(words.find(section, &word), None, "{zh} {en} is a field and a {section}");
        }
    }
}
