//! What comes in becomes a command: a JSON object is read field by field, with every fault kept, and
//! its texts become entries beside the ledger. API, forms, import and simulation enter here.

mod act;
mod fields;
mod mint;
mod report;
mod ruling;
mod text;
mod wider;
mod within;

pub use act::{ReadAct, read_act};
pub use mint::Mint;
pub use report::{ReadReport, read_report};
pub use ruling::{
    ReadRuling, read_exception, read_proposal, read_receipt, read_referral, read_sealing,
};
pub use text::fault as text_fault;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};
    use zongheng_core::ids::ReferralId;
    use zongheng_core::matter::{ActName, FieldFault};
    use zongheng_core::organisation::Organisation;
    use zongheng_core::time::At;

    use super::*;

    /// Names of fields, of which each body means some.
    const FIELDS: [&str; 44] = [
        "act",
        "seq",
        "as",
        "files",
        "allow",
        "rule",
        "number",
        "reason",
        "id",
        "playbook",
        "category",
        "title",
        "detail",
        "place",
        "division",
        "grid",
        "address",
        "lon",
        "lat",
        "datum",
        "source",
        "outside_number",
        "reporter",
        "phone",
        "name",
        "hidden",
        "happened",
        "unit",
        "post",
        "units",
        "assists",
        "limit",
        "due",
        "until",
        "day",
        "from",
        "to",
        "nodes",
        "text",
        "result",
        "decision",
        "round",
        "target",
        "kind",
    ];

    const WORDS: [&str; 12] = [
        "",
        " ",
        "7wd",
        "48h",
        "2026-12-01",
        "2026-13-01",
        "2022-04-14T08:40:00+08:00",
        "411524102202",
        "0190c2f0-e1a2-7b6c-8d90-000000000001",
        "gcj02",
        "resident_report",
        "桥护栏断了一截\0",
    ];

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9_f64).prop_map(Value::from),
            prop::sample::select(&WORDS[..]).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(&FIELDS[..]), inner), 0..5).prop_map(
                    |fields| fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
                ),
            ]
        })
    }

    fn body() -> impl Strategy<Value = Map<String, Value>> {
        let field = (prop::sample::select(&FIELDS[..]), value());
        prop::collection::vec(field, 0..12)
            .prop_map(|all| all.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
    }

    fn told(faults: &[FieldFault]) -> bool {
        faults.iter().all(|fault| !fault.field.is_empty() && !fault.what.is_empty())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

        /// Whatever a body holds, it is read, or every fault is told with its field; what no act knows is one.
        #[test]
        fn a_body_is_read_or_its_faults_are_told(
            mut body in body(), act in any::<prop::sample::Index>(), strange in any::<bool>(),
        ) {
            let (mut mint, now) = (Mint::from_seed(1), At::from_seconds(1_649_896_800));
            let organisation = Organisation::default();
            if let Err(faults) = read_report(&body, &organisation, &mut mint, now) {
                prop_assert!(!faults.is_empty() && told(&faults), "{faults:?}");
            }
            for ruling in [
                read_proposal("p", &body, &mut mint, now),
                read_exception(&body, &mut mint, now),
                read_referral(&body, &mut mint, now),
                read_receipt(ReferralId(mint.id(now)), &body),
            ] {
                prop_assert!(told(&ruling.faults), "{:?}", ruling.faults);
            }
            let names: Vec<&str> = ActName::all().map(ActName::name).collect();
            body.insert("act".to_owned(), json!(names[act.index(names.len())]));
            if strange {
                body.insert("of_no_act".to_owned(), json!(1));
            }
            let read = read_act(&body, &mut mint, now);
            prop_assert!(read.is_ok(), "the act is known");
            match read.map(|read| read.ask.command) {
                Ok(Err(faults)) => prop_assert!(!faults.is_empty() && told(&faults), "{faults:?}"),
                _ => prop_assert!(!strange),
            }
        }
    }
}
