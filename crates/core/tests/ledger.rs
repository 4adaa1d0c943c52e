//! The ledger against vectors from outside, and laws for any acts.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use zongheng_core::ids::{ContentId, DivisionCode, PostId, UnitId};
use zongheng_core::ledger::{
    Act, BadAct, By, Class, ContentRef, Draft, Fault, Flaw, Hash, LARGEST, LONGEST_LINE, Seal,
    Source, Stream, Summary, Verifier, What,
};
use zongheng_core::time::At;

fn verify<L: AsRef<[u8]>>(
    lines: impl IntoIterator<Item = L>,
    kept: Option<Hash>,
) -> Result<Summary, Fault> {
    let mut verifier = Verifier::new(kept);
    for (n, line) in (1..).zip(lines) {
        verifier.line(n, line.as_ref())?;
    }
    verifier.finish()
}

fn vector(name: &str) -> Vec<String> {
    let path = format!("{}/tests/data/ledger/{name}", env!("CARGO_MANIFEST_DIR"));
    read(&path).lines().map(str::to_owned).collect()
}

#[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_vector_is_judged_as_its_table_says() {
    let mut rows = 0;
    for row in csv::Reader::from_reader(vector("ledger_bad.csv").join("\n").as_bytes()).records() {
        let row = row.unwrap();
        let (file, kept, first_bad) = (&row[0], row[1].parse().ok(), &row[2]);
        let judged = verify(vector(file), kept);
        match first_bad {
            "" => assert!(judged.is_ok(), "{file}: {judged:?}"),
            "the seal is not among them" => {
                let what = *judged.unwrap_err().what;
                assert_eq!(Some(what), kept.map(What::KeptSealMissing), "{file}");
            }
            line => assert_eq!(judged.unwrap_err().line.to_string(), line, "{file}"),
        }
        rows += 1;
    }
    assert_eq!(rows, 11);
}

#[test]
fn a_fault_says_which_act_and_why() {
    let matter = |n| format!("018033c4-0000-7000-8000-{n:012}");
    for (file, place, what) in [
        ("body_changed", format!("act 5 of {}", matter(3)), "it was changed"),
        ("act_missing", format!("act 8 of {}", matter(4)), "its seq should be 7"),
        ("seal_forged", "seal 3".to_owned(), "its root is 0000"),
        ("rehashed", format!("act 7 of {}", matter(5)), "its prev is bd510ae3"),
        ("fraction", format!("act 5 of {}", matter(2)), "115.4061 is not an integer"),
        ("integer_too_large", format!("act 3 of {}", matter(5)), "9007199254740992 is beyond"),
        ("key_twice", format!("act 2 of {}", matter(3)), "the key \"v\" stands twice"),
        ("lone_surrogate", format!("act 4 of {}", matter(5)), "a lone surrogate stands"),
    ] {
        let fault = verify(vector(&format!("ledger_bad_{file}.jsonl")), None).unwrap_err();
        let said = fault.to_string();
        let begins = format!("line {}: {place}: ", fault.line);
        assert!(said.starts_with(&begins) && said.contains(what), "{file}: {said}");
    }
}

#[test]
fn the_good_vector_is_counted() {
    let lines = vector("ledger_good.jsonl");
    let streams: std::collections::BTreeSet<_> = lines
        .iter()
        .filter_map(|l| {
            serde_json::from_str::<Value>(l).unwrap()["stream"].as_str().map(str::to_owned)
        })
        .collect();
    let seals = lines.iter().filter(|l| l.contains("\"seal\": ")).count();
    let last_seal =
        "7acb8d40996fa5d429204c42296116e4d1082114d41e9fffa758c98f0e43aee3".parse().unwrap();
    let after = lines.iter().rev().take_while(|l| !l.contains("\"seal\": ")).count();
    let summary = verify(&lines, None).unwrap();
    assert_eq!(
        summary,
        Summary {
            acts: i64::try_from(lines.len() - seals).unwrap(),
            streams: streams.len(),
            seals: 4,
            unsealed: i64::try_from(after).unwrap(),
            last_seal: Some(last_seal),
        }
    );
}

const COUNTY: &str = "411524000000";

fn matter(n: u8) -> Stream {
    Stream(Uuid::from_u128(0x0180_33c4_0000_7000_8000_0000_0000_0000 + u128::from(n)).to_string())
}

/// A first act of the matter 1 that nothing is wrong with.
fn draft() -> Draft {
    Draft {
        county: DivisionCode::from(COUNTY),
        stream: matter(1),
        seq: 1,
        at: "2022-04-14T08:40:00+08:00".parse().unwrap(),
        happened: None,
        source: Source::Live,
        kind: "reported".to_owned(),
        by: By::receipt(),
        key: "0190c2f0e1a24b6c8d90".to_owned(),
        v: 1,
        body: json!({}),
        contents: vec![],
        prev: Hash::ZERO,
    }
}

#[test]
fn an_act_is_written_as_the_contract_shows() {
    let id = |n: u128| Uuid::from_u128(n);
    let act = Draft {
        happened: Some("2022-04-14T06:30:00+08:00".parse().unwrap()),
        source: Source::Offline,
        by: By {
            user: id(1).to_string(),
            post: Some(PostId(id(2))),
            unit: Some(UnitId(id(3))),
            for_: Some(PostId(id(4))),
        },
        body: json!({"until": "2022-04-20", "amount": 1200}),
        contents: vec![ContentRef {
            id: ContentId(id(5)),
            class: Class::Text,
            digest: Hash::of("x"),
        }],
        ..draft()
    };
    let act = act.seal().unwrap();
    let wanted = json!({
        "county": COUNTY, "stream": matter(1), "seq": 1, "at": "2022-04-14T08:40:00+08:00",
        "happened": "2022-04-14T06:30:00+08:00", "source": "offline", "kind": "reported",
        "by": {"user": id(1), "post": id(2), "unit": id(3), "for": id(4)},
        "key": "0190c2f0e1a24b6c8d90", "v": 1, "body": {"until": "2022-04-20", "amount": 1200},
        "contents": [{"id": id(5), "class": "text", "digest": Hash::of("x")}],
        "prev": Hash::ZERO, "hash": act.hash,
    });
    assert_eq!(serde_json::from_str::<Value>(&act.line()).unwrap(), wanted);
    assert_eq!(serde_json::to_string(&act).unwrap(), act.line(), "the API shows the same bytes");
    assert_eq!(act.hash, hash_by_another_hand(&wanted), "the hash is that of RFC 8785");
    assert_eq!(act.body_value(), wanted["body"]);
    assert_eq!(serde_json::to_value(act.content_refs()).unwrap(), wanted["contents"]);
}

/// The hash of a line by a canonicaliser that is not ours.
fn hash_by_another_hand(line: &Value) -> Hash {
    let mut line = line.clone();
    line.as_object_mut().unwrap().remove("hash");
    Hash::of(serde_json_canonicalizer::to_vec(&line).unwrap())
}

#[test]
fn a_draft_that_others_could_not_check_is_refused() {
    let said = |d: Draft| d.seal().map(|act| act.hash).unwrap_err().to_string();
    let nested = (0..32).fold(json!(1), |inner, _| json!([inner]));
    for (case, draft, wanted) in [
        ("a fraction", Draft { body: json!({"lon": 115.4}), ..draft() }, "body.lon: 115.4 is not"),
        (
            "too large",
            Draft { body: json!({"n": LARGEST + 1}), ..draft() },
            "is beyond ±(2^53 − 1)",
        ),
        ("NUL in the body", Draft { body: json!({"a": "\0"}), ..draft() }, "body.a: a text holds"),
        ("NUL in a key", Draft { key: "a\0".to_owned(), ..draft() }, "key: a text holds U+0000"),
        ("too deep", Draft { body: json!({"a": nested}), ..draft() }, "deeper than 32"),
        ("no object", Draft { body: json!([]), ..draft() }, "the body is not an object"),
        ("seq 0", Draft { seq: 0, ..draft() }, "seq counts from 1"),
        (
            "a first act after another",
            Draft { prev: Hash::of(""), ..draft() },
            "do not go together",
        ),
        ("a second act after none", Draft { seq: 2, ..draft() }, "do not go together"),
        (
            "too long",
            Draft { body: json!({"a": "x".repeat(LONGEST_LINE)}), ..draft() },
            "put texts into",
        ),
    ] {
        let said = said(draft);
        let place = format!("reported on {}: ", matter(1));
        assert!(said.starts_with(&place) && said.contains(wanted), "{case}: {said}");
    }
}

#[test]
fn the_longest_line_fits_with_its_end_of_line() {
    let long = |n: usize| Draft { body: json!({"a": "x".repeat(n)}), ..draft() };
    let room = LONGEST_LINE - 1 - long(0).seal().unwrap().line().len();
    let longest = long(room).seal().unwrap();
    assert_eq!(longest.line().len() + 1, LONGEST_LINE);
    assert!(verify([longest.line()], None).is_ok());
    let bytes = LONGEST_LINE + 1;
    let (kind, stream) = ("reported".to_owned(), matter(1));
    assert_eq!(long(room + 1).seal(), Err(BadAct::TooLong { kind, stream, bytes }));
    let mut padded = longest.line();
    padded.push_str("  ");
    assert_eq!(*verify([padded], None).unwrap_err().what, What::TooLong);
}

#[test]
fn a_line_that_is_no_text_does_not_hold() {
    let line = Draft { stream: Stream::from("org"), ..draft() }.seal().unwrap().line();
    let mut bytes = line.into_bytes();
    let place = bytes.windows(8).position(|w| w == b"reported").unwrap();
    bytes[place] = 0xff;
    let fault = verify([bytes], None).unwrap_err();
    assert_eq!(*fault.what, What::Flaw(Flaw::NotUtf8 { byte: place + 1 }));
    assert_eq!((fault.stream, fault.seq), (Some(Stream::from("org")), Some(1)));
}

#[test]
fn a_nul_in_a_line_of_others_holds() {
    let mut line: Value =
        serde_json::from_str(&Draft { body: json!({"a": "?"}), ..draft() }.seal().unwrap().line())
            .unwrap();
    line["body"]["a"] = json!("\0");
    line["added"] = json!({"by": "a later version"});
    line["hash"] = json!(hash_by_another_hand(&line));
    assert!(verify([line.to_string()], None).is_ok());
}

/// Acts on some streams and seals between them, as the store would record and export them.
struct County {
    acts: Vec<Act>,
    seals: Vec<Seal>,
    lines: Vec<String>,
}

fn county(drafts: Vec<(Draft, bool)>) -> County {
    let mut made = County { acts: vec![], seals: vec![], lines: vec![] };
    let mut open = vec![];
    for (mut draft, seal) in drafts {
        if let Some(before) = made.acts.iter().rev().find(|a| a.stream == draft.stream) {
            (draft.seq, draft.prev) = (before.seq + 1, before.hash);
        }
        let act = draft.seal().unwrap();
        made.lines.push(act.line());
        open.push(act.hash);
        made.acts.push(act);
        if seal {
            let at = made.acts[made.acts.len() - 1].at;
            let seal =
                Seal::next(made.seals.last(), DivisionCode::from(COUNTY), at, &open).unwrap();
            made.lines.push(seal.line());
            made.seals.push(seal);
            open.clear();
        }
    }
    made
}

#[test]
fn nothing_to_seal_gives_no_seal() {
    let at = At::from_seconds(1_649_896_800);
    assert_eq!(Seal::next(None, DivisionCode::from(COUNTY), at, &[]), None);
}

#[test]
fn what_is_cut_off_after_a_kept_seal_or_sealed_anew_is_found_by_it_alone() {
    let drafts = |body: Value| {
        (1..=6)
            .map(|n| (Draft { stream: matter(n % 2), body: body.clone(), ..draft() }, n % 2 == 0))
            .collect()
    };
    let (true_one, forged) = (county(drafts(json!({}))), county(drafts(json!({"forged": true}))));
    let kept = true_one.seals[2].hash;
    assert!(verify(&true_one.lines, Some(kept)).is_ok());
    assert!(verify(&true_one.lines, Some(true_one.seals[0].hash)).is_ok(), "an old seal will do");
    for (case, lines) in [("cut", &true_one.lines[..8]), ("sealed anew", &forged.lines[..])] {
        assert!(verify(lines, None).is_ok(), "{case}: by itself it holds");
        assert_eq!(
            *verify(lines, Some(kept)).unwrap_err().what,
            What::KeptSealMissing(kept),
            "{case}"
        );
    }
}

#[test]
fn a_seal_must_have_its_number_its_place_and_the_one_before() {
    let made =
        county((1..=4).map(|n| (Draft { stream: matter(n), ..draft() }, n % 2 == 0)).collect());
    let second = &made.seals[1];
    let forged = |change: fn(&mut Seal)| {
        let mut seal = second.clone();
        change(&mut seal);
        seal.hash = seal.computed_hash();
        let lines = made.lines[..5].iter().cloned().chain([seal.line()]);
        *verify(lines, None).unwrap_err().what
    };
    let covers = |first, count| What::Covers { first, count, expected_first: 3, expected_count: 2 };
    assert_eq!(forged(|s| s.seal = 3), What::SealNumber { expected: 2 });
    assert_eq!(forged(|s| s.first = 2), covers(2, 2));
    assert_eq!(forged(|s| s.count = 1), covers(3, 1));
    assert!(matches!(forged(|s| s.prev = Hash::ZERO), What::Prev { before: "seal", .. }));
    assert!(matches!(forged(|s| s.root = Hash::ZERO), What::Root { .. }));
}

/// Bodies as they may be: any keys and texts but U+0000, integers within the limit.
fn body() -> impl Strategy<Value = Value> {
    let text = "[^\u{0}]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-LARGEST..=LARGEST).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((text, inner), 0..5).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    });
    vec((text, value), 0..4).prop_map(|m| Value::Object(m.into_iter().collect::<Map<_, _>>()))
}

fn any_draft() -> impl Strategy<Value = Draft> {
    let id = || any::<u128>().prop_map(Uuid::from_u128);
    let stream = prop_oneof![
        (0..4_u8).prop_map(matter),
        prop::sample::select(vec!["org", "calendar", "playbook:resident_report"])
            .prop_map(Stream::from),
    ];
    let source =
        prop::sample::select(vec![Source::Live, Source::Offline, Source::Late, Source::Imported]);
    let by = (any::<bool>(), id(), prop::option::of((id(), id(), prop::option::of(id()))))
        .prop_map(|(receipt, user, post)| match (receipt, post) {
            (true, _) => By::receipt(),
            (false, None) => By::without_post(user.to_string()),
            (false, Some((post, unit, for_))) => By {
                user: user.to_string(),
                post: Some(PostId(post)),
                unit: Some(UnitId(unit)),
                for_: for_.map(PostId),
            },
        });
    let class = prop::sample::select(vec![Class::Text, Class::File, Class::Personal]);
    let content = (id(), class, any::<[u8; 32]>()).prop_map(|(id, class, digest)| ContentRef {
        id: ContentId(id),
        class,
        digest: Hash(digest),
    });
    let time = || (0..4_000_000_000_i64).prop_map(At::from_seconds);
    (
        stream,
        time(),
        prop::option::of(time()),
        source,
        by,
        "[A-Za-z0-9_-]{16,64}",
        body(),
        vec(content, 0..3),
    )
        .prop_map(|(stream, at, happened, source, by, key, body, contents)| Draft {
            stream,
            at,
            happened,
            source,
            by,
            key,
            body,
            contents,
            ..draft()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_act_is_read_back_as_it_was_and_its_hash_is_that_of_rfc_8785(draft in any_draft()) {
        let act = draft.clone().seal().unwrap();
        prop_assert_eq!(Act::from_line(act.line().as_bytes()), Ok(act.clone()));
        let line: Value = serde_json::from_str(&act.line()).unwrap();
        prop_assert_eq!(serde_json_canonicalizer::to_string(&line).unwrap(), act.line());
        prop_assert_eq!(hash_by_another_hand(&line), act.hash);
        prop_assert_eq!(act.body_value(), draft.body);
        prop_assert_eq!(act.content_refs(), draft.contents);
    }

    #[test]
    fn any_county_holds_however_its_lines_are_spaced(drafts in vec((any_draft(), prop::bool::weighted(0.3)), 1..20)) {
        let made = county(drafts);
        let summary = verify(&made.lines, made.seals.last().map(|s| s.hash)).unwrap();
        let covered: i64 = made.seals.iter().map(|s| s.count).sum();
        let acts = i64::try_from(made.acts.len()).unwrap();
        prop_assert_eq!((summary.acts, summary.unsealed), (acts, acts - covered));
        prop_assert_eq!(summary.last_seal, made.seals.last().map(|s| s.hash));
        let spaced = made.lines.iter().map(|line| {
            serde_json::to_string_pretty(&serde_json::from_str::<Value>(line).unwrap()).unwrap().replace('\n', "\t")
        });
        prop_assert_eq!(verify(spaced, None), Ok(summary));
    }

    /// Only the spelling of an escape may change unseen (`\u000f` as `\u000F`): the content is the same.
    #[test]
    fn any_byte_changed_is_found(
        drafts in vec((any_draft(), prop::bool::weighted(0.3)), 1..6),
        line in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), other in 1..=255_u8,
    ) {
        let made = county(drafts);
        let mut lines: Vec<_> = made.lines.iter().map(|l| l.clone().into_bytes()).collect();
        let n = line.index(lines.len());
        let place = place.index(lines[n].len());
        lines[n][place] ^= other;
        let same = serde_json::from_slice::<Value>(&lines[n]).ok() == serde_json::from_str(&made.lines[n]).ok();
        match verify(&lines, None) {
            Ok(_) => prop_assert!(same, "a change at byte {} of line {} is not seen", place, n + 1),
            // Not found later than the line itself.
            Err(fault) => prop_assert_eq!(fault.line, n as u64 + 1),
        }
    }

    #[test]
    fn any_line_left_out_twice_there_or_moved_is_found(
        drafts in vec((any_draft(), prop::bool::weighted(0.3)), 2..12), line in any::<prop::sample::Index>(),
    ) {
        let made = county(drafts);
        let kept = made.seals.last().map(|s| s.hash);
        let covered: i64 = made.seals.iter().map(|s| s.count).sum();
        let sealed_lines = usize::try_from(covered).unwrap() + made.seals.len();
        prop_assume!(sealed_lines > 0);
        let n = line.index(sealed_lines);
        let mut without = made.lines.clone();
        let taken = without.remove(n);
        prop_assert!(verify(&without, kept).is_err(), "left out");
        let mut twice = made.lines.clone();
        twice.insert(n, taken.clone());
        prop_assert!(verify(&twice, kept).is_err(), "twice there");
        without.push(taken);
        prop_assert!(n + 1 == made.lines.len() || verify(&without, kept).is_err(), "moved");
    }
}
