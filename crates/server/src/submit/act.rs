//! The body of `POST /api/v1/matters/{id}/acts`.

use serde_json::{Map, Value};
use zongheng_core::allowance::Exception;
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::matter::{ActName, Ask, Assist, Command, Facts, FieldFault};
use zongheng_core::time::At;
use zongheng_store::NewContent;

use super::fields::Fields;
use super::{Mint, wider, within};

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
    // Looked up and told elsewhere: uploads stand in the database.
    fields.value("files");
    let command = command(act, &mut fields, mint, now);
    let allows = matches!(act, ActName::Dispatch | ActName::Adjudicate | ActName::PassOn);
    let exception = if allows { exception(&mut fields, mint, now) } else { None };
    let command = command.map(|command| allowing(command, exception));
    fields.refuse_unknown();
    let command = match command {
        Some(command) if fields.faults.is_empty() => Ok(command),
        _ => Err(fields.faults),
    };
    Ok(ReadAct { ask: Ask { act, seq, command }, post, contents: fields.contents })
}

/// What allows the act, where a rule that needs a decision stands against it.
fn exception(f: &mut Fields<'_>, mint: &mut Mint, now: At) -> Option<Exception> {
    let read = f.inside("allow", |allow| {
        let rule = allow.needed_string("rule", "the name of the rule");
        let number = allow.needed_string("number", "the number of the paper");
        let reason = allow.text("reason", LONG, mint, now);
        Some(Exception { rule: rule?, number: number?, reason })
    });
    read.flatten()
}

/// The command with what allows it; the act's own reason is the exception's where it has none.
fn allowing(command: Command, exception: Option<Exception>) -> Command {
    let Some(exception) = exception else { return command };
    let own = match &command {
        Command::Dispatch { reason, .. } => *reason,
        Command::Adjudicate { reason, .. } => Some(*reason),
        _ => None,
    };
    let exception = Exception { reason: exception.reason.or(own), ..exception };
    Command::Allowing { exception, command: Box::new(command) }
}

fn command<'a>(act: ActName, f: &mut Fields<'a>, mint: &mut Mint, now: At) -> Option<Command> {
    let mut text = |f: &mut Fields<'a>, name| f.needed_text(name, LONG, mint, now);
    Some(match act {
        ActName::File => Command::File(facts(f)),
        ActName::Correct => {
            let outside_due = f.at_time("outside_due");
            Command::Correct(Facts { outside_due, ..facts(f) })
        }
        ActName::Decline => Command::Decline { reason: text(f, "reason")? },
        ActName::SettleOnSpot => {
            let category = f.string("category").map(Into::into);
            Command::SettleOnSpot { category, text: text(f, "text")? }
        }
        ActName::Dispatch => {
            let lead = f.needed("lead", "the id of a unit");
            let assists = assists(f);
            let withdraw = units(f, "withdraw");
            let deadline = f.at_time("deadline");
            let reason = f.text("reason", LONG, mint, now);
            Command::Dispatch { lead: lead?, assists, withdraw, deadline, reason }
        }
        ActName::SignFor => Command::SignFor { post: f.parsed("post", "the id of a post") },
        ActName::Adjudicate => {
            let lead = f.needed("lead", "the id of a unit");
            let assists = assists(f);
            let withdraw = units(f, "withdraw");
            let deadline = f.at_time("deadline");
            let reason = text(f, "reason");
            let number = f.string("number").map(str::to_owned);
            let (lead, reason) = (lead?, reason?);
            Command::Adjudicate { lead, assists, withdraw, deadline, reason, number }
        }
        ActName::Progress => Command::Progress { text: text(f, "text")? },
        ActName::Decide => {
            let request = f.needed("request", "the id of a request");
            let accept = f.needed_flag("accept");
            let reason = f.text("reason", LONG, mint, now);
            let number = f.string("number").map(str::to_owned);
            Command::Decide { request: request?, accept: accept?, reason, number }
        }
        ActName::Resume => Command::Resume,
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
            let party = f.number("party");
            Command::CallBack { reached: reached?, solved, satisfied, text, party }
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
        ActName::Comment => Command::Comment { text: text(f, "text")? },
        ActName::Spot => Command::Spot { text: text(f, "text")? },
        ActName::Link
        | ActName::Unlink
        | ActName::Merge
        | ActName::Decompose
        | ActName::Plan
        | ActName::NodeDone
        | ActName::Whistle
        | ActName::Arrive
        | ActName::Order
        | ActName::Notice => return wider::command(act, f, mint, now),
        ActName::PassOn
        | ActName::PassBack
        | ActName::Submit
        | ActName::SendBack
        | ActName::Release
        | ActName::Return
        | ActName::Suspend
        | ActName::Extend
        | ActName::Shelve
        | ActName::ReferUp
        | ActName::ReferAcross
        | ActName::Exclude
        | ActName::Object
        | ActName::Answer => return within::command(act, f, mint, now),
    })
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
        outside_due: None,
    }
}

pub(super) fn units(f: &mut Fields<'_>, name: &'static str) -> Vec<UnitId> {
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
