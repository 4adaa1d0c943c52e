//! An act as a ledger keeps it, and a ledger folded once more: for tests that do the store's work in
//! memory.

use serde_json::Value;
use zongheng_core::ids::MatterId;
use zongheng_core::ledger::{Source, canonical};
use zongheng_core::matter::{Actor, Envelope, Matter, NewAct};
use zongheng_core::time::At;

/// An act with its envelope and its body as the ledger keeps it.
pub(crate) type Kept = (Envelope, NewAct, Value);

pub(crate) fn envelope(seq: u32, by: &Actor, now: At) -> Envelope {
    Envelope {
        seq,
        at: now,
        happened: None,
        source: Source::Live,
        by: by.person,
        post: by.post,
        unit: by.unit,
    }
}

/// The body of an act written and read again.
pub(crate) fn written(act: &NewAct) -> Value {
    let text = canonical(&act.body().unwrap(), "body", 1).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The matter as its ledger has it.
pub(crate) fn folded_again(id: MatterId, ledger: &[Kept]) -> Matter {
    let mut folded: Option<Matter> = None;
    for (envelope, act, body) in ledger {
        let (did, then) = NewAct::parse(act.kind(), NewAct::VERSION, &body.to_string()).unwrap();
        match &mut folded {
            None => folded = Matter::begun(id, envelope, &did, &then),
            Some(matter) => matter.apply(envelope, &did, &then),
        }
        assert!(folded.is_some(), "{} begins no matter", act.kind());
    }
    folded.unwrap()
}
