//! The body of `POST /api/v1/matters/{id}/acts`.

use serde_json::{Map, Value};
use zongheng_core::ids::{PostId, RequestId, UnitId};
use zongheng_core::ledger::ContentRef;
use zongheng_core::matter::{ActName, Ask, Assist, Command, Facts, FieldFault};
use zongheng_core::time::At;
use zongheng_store::NewContent;

use super::Mint;
use super::fields::Fields;

/// The most characters of an answer, a reason, a word.
pub(super) const LONG: usize = 5_000;

/// A body that was read: the command with its faults, and the entries that its texts became.
pub struct ReadAct {
    pub ask: Ask,
    /// The post to act in, where another than the session's is wanted.
    pub post: Option<PostId>,
    pub contents: Vec<NewContent>,
}

/// Reads an act. Only an unknown act is refused here; what is wrong with its fields is told by the
/// rules after everything that outranks it.
///
/// # Errors
/// The field `act` is missing or names no act.
pub fn read_act(
    body: &Map<String, Value>,
    mint: &mut Mint,
    now: At,
) -> Result<ReadAct, Vec<FieldFault>> {
    let mut fields = Fields::of(body);
    let names: Vec<&str> = ActName::all().map(ActName::name).collect();
    let Some(act) = fields.needed::<ActName>("act", &format!("one of {}", names.join(", "))) else {
        return Err(fields.faults);
    };
    let seq = fields.value("seq").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    if seq.is_none() && fields.value("seq").is_some() {
        fields.fault("seq", "the number of the last act you saw is wanted here");
    }
    let post = fields.parsed("as", "the id of a post");
    let command = command(act, &mut fields, mint, now);
    fields.refuse_unknown();
    let command = match command {
        Some(command) if fields.faults.is_empty() => Ok(command),
        _ => Err(fields.faults),
    };
    Ok(ReadAct { ask: Ask { act, seq, command }, post, contents: fields.contents })
}

fn command<'a>(act: ActName, f: &mut Fields<'a>, mint: &mut Mint, now: At) -> Option<Command> {
    let mut text = |f: &mut Fields<'a>, name| f.needed_text(name, LONG, mint, now);
    Some(match act {
        ActName::File => Command::File(facts(f)),
        ActName::Correct => Command::Correct(facts(f)),
        ActName::Decline => Command::Decline { reason: text(f, "reason")? },
        ActName::Dispatch => {
            let lead = f.needed("lead", "the id of a unit");
            let assists = assists(f);
            let withdraw = units(f, "withdraw");
            let deadline = f.at_time("deadline");
            let reason = f.text("reason", LONG, mint, now);
            Command::Dispatch { lead: lead?, assists, withdraw, deadline, reason }
        }
        ActName::SignFor => Command::SignFor { post: f.parsed("post", "the id of a post") },
        ActName::Return => {
            let reason = text(f, "reason");
            let whose = f.parsed("whose", "the id of a unit");
            Command::Return { reason: reason?, whose }
        }
        ActName::Adjudicate => {
            let lead = f.needed("lead", "the id of a unit");
            let assists = assists(f);
            let withdraw = units(f, "withdraw");
            let deadline = f.at_time("deadline");
            let reason = text(f, "reason");
            Command::Adjudicate { lead: lead?, assists, withdraw, deadline, reason: reason? }
        }
        ActName::Progress => Command::Progress { text: text(f, "text")? },
        ActName::Suspend => {
            let reason = text(f, "reason");
            let until = f.needed_time("until");
            let request = RequestId(mint.id(now));
            Command::Suspend { request, reason: reason?, until: until? }
        }
        ActName::Extend => {
            let reason = text(f, "reason");
            let stage = f.needed("stage", "the name of a stage, such as settle");
            let due = f.needed_time("due");
            let request = RequestId(mint.id(now));
            Command::Extend { request, reason: reason?, stage: stage?, due: due? }
        }
        ActName::Decide => {
            let request = f.needed("request", "the id of a request");
            let accept = f.needed_flag("accept");
            let reason = f.text("reason", LONG, mint, now);
            Command::Decide { request: request?, accept: accept?, reason }
        }
        ActName::Resume => Command::Resume,
        ActName::Answer => {
            let known = "solved, partly, explained, guided, planned, withdrawn, untrue";
            let kind = f.needed_word("kind", known);
            let text = text(f, "text");
            Command::Answer { kind: kind?, text: text? }
        }
        ActName::Verify => {
            let passed = f.needed_flag("passed");
            let rating = f.word("rating", "excellent, good, pass, fail");
            let text = f.text("text", LONG, mint, now);
            Command::Verify { passed: passed?, rating, text }
        }
        ActName::CallBack => {
            let reached = f.needed_flag("reached");
            let solved = f.flag("solved");
            let satisfied = f.word("satisfied", "yes, basically, no");
            let text = f.text("text", LONG, mint, now);
            Command::CallBack { reached: reached?, solved, satisfied, text }
        }
        ActName::SignOff => Command::SignOff { despite: f.text("despite", LONG, mint, now) },
        ActName::Reopen => {
            let reason = text(f, "reason");
            let lead = f.parsed("whose", "the id of a unit");
            Command::Reopen { reason: reason?, lead }
        }
        ActName::Urge => {
            let text = text(f, "text");
            let unit = f.parsed("unit", "the id of a unit");
            Command::Urge { text: text?, unit }
        }
        ActName::Comment => Command::Comment { text: said(f, mint, now)? },
        ActName::Spot => Command::Spot { text: said(f, mint, now)? },
    })
}

fn said(f: &mut Fields<'_>, mint: &mut Mint, now: At) -> Option<ContentRef> {
    f.needed_text("text", LONG, mint, now)
}

fn facts(f: &mut Fields<'_>) -> Facts {
    let place = f.inside("place", |place| {
        let division = place.string("division").map(Into::into);
        (division, place.parsed("grid", "the id of a grid"))
    });
    let (division, grid) = place.unwrap_or_default();
    Facts {
        category: f.string("category").map(Into::into),
        division,
        grid,
        source: f.string("source").map(str::to_owned),
        grade: f.word("grade", "ordinary, major"),
        repeat_of: f.parsed("repeat_of", "the id of a matter"),
    }
}

fn units(f: &mut Fields<'_>, name: &'static str) -> Vec<UnitId> {
    let list = f.list(name);
    let mut units = Vec::new();
    for (i, value) in list.iter().enumerate() {
        match value.as_str().and_then(|text| text.parse().ok()) {
            Some(unit) => units.push(unit),
            None => f.fault(&format!("{name}[{i}]"), "the id of a unit is wanted here"),
        }
    }
    units
}

fn assists(f: &mut Fields<'_>) -> Vec<Assist> {
    let list = f.list("assists");
    let mut assists = Vec::new();
    for (i, value) in list.iter().enumerate() {
        if let Value::Object(given) = value {
            for name in given.keys().filter(|name| !matches!(name.as_str(), "unit" | "limit")) {
                f.fault(&format!("assists[{i}].{name}"), "no such field here");
            }
        }
        let unit = value.get("unit").and_then(Value::as_str).and_then(|t| t.parse().ok());
        let limit = match value.get("limit") {
            None | Some(Value::Null) => None,
            Some(limit) => {
                if let Some(limit) = limit.as_str().and_then(|t| t.parse().ok()) {
                    Some(limit)
                } else {
                    f.fault(&format!("assists[{i}].limit"), "a limit such as 3wd is wanted here");
                    None
                }
            }
        };
        match unit {
            Some(unit) => assists.push(Assist { unit, limit }),
            None => f.fault(&format!("assists[{i}].unit"), "the id of a unit is wanted here"),
        }
    }
    assists
}
