//! Acts of a matter become its state.

use zongheng_core::ids::MatterId;
use zongheng_core::ledger::Act;
use zongheng_core::matter::{BadBody, Did, Envelope, Matter, NewAct, Person};

use crate::db::{On, rows};
use crate::error::{Result, StoreError};
use crate::ledger::{ACT, ActRow};

/// The version of the folded state in the register row. A row of another version is folded anew.
pub(crate) const FOLD: i64 = 4;

/// The state after one more act.
///
/// # Errors
/// The act is no matter's, does not follow what was before, or its kind or body is not known here.
pub fn fold(before: Option<Matter>, act: &Act) -> Result<Matter> {
    let bad = |e: &dyn std::fmt::Display| {
        StoreError::inconsistent("act", format!("{} {}", act.stream, act.seq), e)
    };
    let (did, then) = NewAct::parse(&act.kind, act.v, &act.body).map_err(|e| bad(&e))?;
    let envelope = envelope(act).map_err(|e| bad(&e))?;
    let Some(mut matter) = before else {
        let id = act.matter().ok_or_else(|| bad(&"the stream is no matter's"))?;
        let begun = Matter::begun(id, &envelope, &did, &then);
        let first = || bad(&format!("a matter begins with one of: {}", Did::FIRST.join(", ")));
        return begun.ok_or_else(first);
    };
    if Did::FIRST.contains(&did.kind()) {
        return Err(bad(&"a matter begins once"));
    }
    matter.apply(&envelope, &did, &then);
    Ok(matter)
}

/// The state after all of a stream's acts; `None` without any.
pub(crate) fn fold_all(acts: &[Act]) -> Result<Option<Matter>> {
    acts.iter().try_fold(None, |before, act| fold(before, act).map(Some))
}

/// The state from the stream's acts in the database, where a row's is of another version.
pub(crate) async fn refold(on: On<'_>, county: &str, id: &str) -> Result<Option<Matter>> {
    let sql = format!("select {ACT} from act where county = $1 and stream = $2 order by seq");
    let acts = rows!(on, ActRow, &sql, county, id)?;
    let acts: Vec<Act> = acts.into_iter().map(ActRow::read).collect::<Result<_>>()?;
    fold_all(&acts)
}

/// The envelope of a matter's act as far as folding reads it.
///
/// # Errors
/// Who did it, or its number, does not read.
pub fn envelope(act: &Act) -> Result<Envelope, BadBody> {
    let misshapen = |why: &str| BadBody::Misshapen { kind: act.kind.clone(), why: why.to_owned() };
    let by = match act.by.user.as_str() {
        "receipt" => Person::Receipt,
        "system" => Person::System,
        user => Person::User(user.parse().map_err(|_| misshapen("by.user is no account"))?),
    };
    Ok(Envelope {
        seq: u32::try_from(act.seq).map_err(|_| misshapen("seq"))?,
        at: act.at,
        happened: act.happened,
        source: act.source,
        by,
        post: act.by.post,
        unit: act.by.unit,
    })
}

/// Reads the folded state of a register row, if it is of this version and of this matter.
pub(crate) fn read(id: MatterId, version: i64, fold: &str) -> Option<Matter> {
    let matter: Matter = (version == FOLD).then(|| serde_json::from_str(fold).ok()).flatten()?;
    (matter.id == id).then_some(matter)
}
