//! `docs/acts.md` lists the kinds of acts and their bodies as the code has them. Run with `UPDATE=1`
//! to write it anew.

#![expect(clippy::unwrap_used, reason = "a page that cannot be made fails its test")]
#![expect(clippy::disallowed_methods, reason = "the page is a file; the ban is the core's own")]

#[path = "shared/golden.rs"]
mod golden;

use std::collections::BTreeMap;
use std::fmt::Write;

const KINDS: &str = include_str!("../src/matter/act/mod.rs");
const BODIES: &str = include_str!("../src/matter/act/bodies.rs");
const IMPORTED: &str = include_str!("../src/matter/act/imported.rs");
const THEN: &str = include_str!("../src/matter/act/then.rs");
const PARTS: [&str; 7] = [
    include_str!("../src/matter/deadline.rs"),
    include_str!("../src/matter/holder.rs"),
    include_str!("../src/matter/inner.rs"),
    include_str!("../src/matter/planned.rs"),
    include_str!("../src/matter/state.rs"),
    include_str!("../src/matter/whistle.rs"),
    include_str!("../src/clock/pause.rs"),
];
const CONFIGURATION: [(&str, &str, &str); 10] = [
    ("organised", "Organised", include_str!("../src/organisation/organised.rs")),
    ("reorganised", "Reorganised", include_str!("../src/organisation/reorganised.rs")),
    ("handed_over", "HandedOver", include_str!("../src/organisation/handover.rs")),
    ("powers_adopted", "PowersAdopted", include_str!("../src/powers/adopted.rs")),
    ("power_proposed", "PowerProposed", include_str!("../src/powers/pending.rs")),
    ("power_adopted", "PowerAdopted", include_str!("../src/powers/pending.rs")),
    ("power_refused", "PowerRefused", include_str!("../src/powers/pending.rs")),
    ("allowed", "Allowed", include_str!("../src/allowance.rs")),
    ("playbook_adopted", "PlaybookAdopted", include_str!("../src/playbook/catalogue.rs")),
    ("calendar_adopted", "CalendarAdopted", include_str!("../src/county.rs")),
];
const BESIDE: [(&str, &str, &str); 5] = [
    ("content_sealed", "ContentRuled", include_str!("../src/ruling/sealing.rs")),
    ("content_released", "ContentRuled", include_str!("../src/ruling/sealing.rs")),
    ("content_destroyed", "ContentRuled", include_str!("../src/ruling/sealing.rs")),
    ("referred", "Referred", include_str!("../src/ruling/referral.rs")),
    ("receipted", "Receipted", include_str!("../src/ruling/referral.rs")),
];
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/acts.md");

/// A struct of the source: its own words, and field, type and words of each field.
struct Shape {
    words: String,
    fields: Vec<(String, String, String)>,
}

/// The public structs of a source file by name.
fn shapes(source: &str) -> BTreeMap<String, Shape> {
    let mut found = BTreeMap::new();
    let (mut words, mut open): (Vec<&str>, Option<(String, Shape)>) = (Vec::new(), None);
    for line in source.lines() {
        let text = line.trim();
        if let Some(said) = text.strip_prefix("///") {
            words.push(said.trim());
        } else if let Some(name) =
            text.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {"))
        {
            open = Some((name.to_owned(), Shape { words: words.join(" "), fields: Vec::new() }));
            words.clear();
        } else if text == "}" {
            found.extend(open.take());
            words.clear();
        } else if let (Some((_, shape)), Some((name, kind))) =
            (&mut open, text.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")))
        {
            let kind = kind.trim_end_matches(',').to_owned();
            shape.fields.push((name.to_owned(), kind, words.join(" ")));
            words.clear();
        } else if !text.starts_with("#[") {
            words.clear();
        }
    }
    found
}

/// The kinds of a matter's acts with the struct of their bodies, in the order of the code.
fn kinds() -> Vec<(String, String)> {
    let list = KINDS.split("\nkinds! {").nth(1).unwrap().split('}').next().unwrap();
    let names = list.lines().filter_map(|line| line.trim().split_once(' '));
    names
        .map(|(variant, kind)| {
            let body = KINDS.split(&format!("    {variant}(")).nth(1).unwrap();
            let body = body.split(')').next().unwrap();
            let body = body.trim_start_matches("Box<").trim_end_matches('>');
            (kind.trim_matches('"').to_owned(), body.to_owned())
        })
        .collect()
}

fn table(out: &mut String, name: &str, shape: &Shape) {
    let silent: Vec<&str> =
        shape.fields.iter().filter(|(.., words)| words.is_empty()).map(|f| f.0.as_str()).collect();
    assert!(silent.is_empty(), "fields of {name} without a meaning in the code: {silent:?}");
    if !shape.words.is_empty() {
        writeln!(out, "{}\n", shape.words).unwrap();
    }
    if shape.fields.is_empty() {
        return;
    }
    out.push_str("| field | type | meaning |\n|---|---|---|\n");
    for (name, kind, words) in &shape.fields {
        writeln!(out, "| `{name}` | `{kind}` | {words} |").unwrap();
    }
    out.push('\n');
}

fn page() -> String {
    let mut out = String::from(
        "# Acts\n\nEvery kind of act with its body, version 1. This page is written from the code by a \
         test; `UPDATE=1 cargo test -p zongheng-core --test acts_doc` writes it anew. The envelope and \
         how acts are chained and sealed is in [ledger.md](ledger.md). A released version of a body \
         never changes.\n\nAn `At` is a moment of the county, to the second, as `2022-04-14T08:40:00+08:00`. A `Limit` is a \
         number with its unit: `3d` days, `7wd` working days, `1m` months, `24h` hours, `2wh` hours of the \
         office. A `Hash` is 64 hexadecimal digits. Ids of units, posts, contents, matters and requests are \
         UUIDs; a content is the text itself, kept beside the ledger. What shows a report or an act (a picture, a paper) \
         stands in no body: the act's `contents` name it with class `file`, and its entry is a JSON object of \
         `name`, `type`, `size` and `sha256`, after which the bytes are called. Where an `Option` has no value there \
         stands `null`, or the field is absent where its meaning says so.\n\n## Acts of a matter\n\nThe body of each holds its own fields and, under \
         `then`, what it made true.\n\n",
    );
    let mut own = shapes(BODIES);
    own.extend(shapes(THEN));
    own.extend(shapes(IMPORTED));
    for (kind, body) in kinds() {
        writeln!(out, "### {kind}\n").unwrap();
        let shape = own.get(&body).unwrap_or_else(|| panic!("{kind} has no struct {body}"));
        table(&mut out, &body, shape);
    }
    out.push_str("## What the bodies are made of\n\n");
    let parts: BTreeMap<String, Shape> = PARTS.into_iter().flat_map(shapes).collect();
    let shared = [
        "Then",
        "Met",
        "Handed",
        "Moved",
        "Released",
        "AllowedBy",
        "Versions",
        "Given",
        "Withdrawn",
        "Theirs",
        "Ended",
    ];
    let of_parts = [
        "Deadline",
        "Rule",
        "Pause",
        "Holder",
        "Owner",
        "Place",
        "PlaybookRef",
        "Reporter",
        "OutsideOrder",
        "Request",
        "PlannedNode",
        "Node",
        "Call",
        "Child",
    ];
    for name in shared.into_iter().chain(of_parts) {
        writeln!(out, "### {name}\n").unwrap();
        let shape = own.get(name).or(parts.get(name)).unwrap_or_else(|| panic!("no {name}"));
        table(&mut out, name, shape);
    }
    out.push_str("## Acts of the configuration\n\n");
    for (kind, body, source) in CONFIGURATION {
        writeln!(out, "### {kind}\n").unwrap();
        table(&mut out, body, &shapes(source)[body]);
    }
    out.push_str("## Acts beside matters and configuration\n\n");
    for (kind, body, source) in BESIDE {
        writeln!(out, "### {kind}\n").unwrap();
        table(&mut out, body, &shapes(source)[body]);
    }
    out
}

#[test]
fn the_page_of_acts_is_what_the_code_says() {
    let page = page();
    if golden::updates() {
        std::fs::write(PATH, &page).unwrap();
    }
    let kept = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(kept == page, "docs/acts.md is out of date: {}", golden::HOW);
}

#[test]
fn every_kind_that_a_matter_knows_is_on_the_page() {
    let named: Vec<String> = kinds().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(named, zongheng_core::matter::Did::KINDS);
    let beside: Vec<&str> = CONFIGURATION.iter().chain(&BESIDE).map(|(kind, ..)| *kind).collect();
    for kind in zongheng_core::ruling::KINDS {
        assert!(beside.contains(&kind), "{kind} is not on the page");
    }
}
