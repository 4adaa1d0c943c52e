//! What a unit does with its share: passed on inside it, drafted and released, asked for, answered.

use zongheng_core::ids::RequestId;
use zongheng_core::ledger::ContentRef;
use zongheng_core::matter::{ActName, Command, Drafted};
use zongheng_core::playbook::DraftKind;
use zongheng_core::time::At;

use super::Mint;
use super::act::LONG;
use super::fields::Fields;

const KINDS: &str = "solved, partly, explained, guided, planned, withdrawn, untrue";

pub(super) fn command(
    act: ActName,
    f: &mut Fields<'_>,
    mint: &mut Mint,
    now: At,
) -> Option<Command> {
    Some(match act {
        ActName::PassOn => {
            let post = f.needed("post", "the id of a post");
            let due = f.at_time("due");
            let text = f.text("text", LONG, mint, now);
            Command::PassOn { post: post?, due, text }
        }
        ActName::PassBack => Command::PassBack { reason: reason(f, mint, now)? },
        ActName::Submit => {
            if f.value("draft").is_none() {
                f.fault("draft", "missing: the act that is drafted, with its fields");
            }
            let draft = f.inside("draft", |inner| draft(inner, mint, now)).flatten();
            Command::Submit { draft: Box::new(draft?) }
        }
        ActName::SendBack => {
            let draft = f.needed_number("draft");
            let reason = reason(f, mint, now);
            Command::SendBack { draft: draft?, reason: reason? }
        }
        ActName::Release => Command::Release { draft: f.needed_number("draft")? },
        ActName::ReferUp => {
            let reason = reason(f, mint, now);
            let to = f.needed("to", "the id of a superior unit");
            let request = RequestId(mint.id(now));
            Command::ReferUp { request, reason: reason?, to: to? }
        }
        ActName::ReferAcross => {
            let reason = reason(f, mint, now);
            let to = f.needed_string("to", "the 12-digit code of a county");
            let request = RequestId(mint.id(now));
            Command::ReferAcross { request, reason: reason?, to: to?.as_str().into() }
        }
        ActName::Exclude => {
            let request = RequestId(mint.id(now));
            Command::Exclude { request, reason: reason(f, mint, now)? }
        }
        _ => {
            let kind = DraftKind::ALL.into_iter().find(|kind| kind.name() == act.name())?;
            at_once(&drafted(kind, f, mint, now)?)
        }
    })
}

/// What may be drafted, done without a draft.
const fn at_once(drafted: &Drafted) -> Command {
    match *drafted {
        Drafted::Return { reason, whose } => Command::Return { reason, whose },
        Drafted::Suspend { request, reason, until } => Command::Suspend { request, reason, until },
        Drafted::Extend { request, reason, stage, due } => {
            Command::Extend { request, reason, stage, due }
        }
        Drafted::Shelve { request, reason, until } => Command::Shelve { request, reason, until },
        Drafted::Answer { kind, text } => Command::Answer { kind, text },
        Drafted::Object { request, reason } => Command::Object { request, reason },
    }
}

fn reason(f: &mut Fields<'_>, mint: &mut Mint, now: At) -> Option<ContentRef> {
    f.needed_text("reason", LONG, mint, now)
}

/// The draft inside `submit`: the act that it becomes, and that act's own fields.
fn draft(f: &mut Fields<'_>, mint: &mut Mint, now: At) -> Option<Drafted> {
    let known = DraftKind::ALL.map(DraftKind::name).join(", ");
    let kind = f.needed_word::<DraftKind>("act", &known)?;
    drafted(kind, f, mint, now)
}

/// The acts that may be drafted, by the same fields whether drafted or done at once.
fn drafted(kind: DraftKind, f: &mut Fields<'_>, mint: &mut Mint, now: At) -> Option<Drafted> {
    let request = RequestId(mint.id(now));
    Some(match kind {
        DraftKind::Return => {
            let reason = reason(f, mint, now);
            let whose = f.parsed("whose", "the id of a unit");
            Drafted::Return { reason: reason?, whose }
        }
        DraftKind::Suspend => {
            let reason = reason(f, mint, now);
            let until = f.needed_time("until");
            Drafted::Suspend { request, reason: reason?, until: until? }
        }
        DraftKind::Extend => {
            let reason = reason(f, mint, now);
            let stage = f.needed("stage", "the name of a stage, such as settle");
            let due = f.needed_time("due");
            Drafted::Extend { request, reason: reason?, stage: stage?, due: due? }
        }
        DraftKind::Shelve => {
            let reason = reason(f, mint, now);
            let until = f.needed_time("until");
            Drafted::Shelve { request, reason: reason?, until: until? }
        }
        DraftKind::Object => Drafted::Object { request, reason: reason(f, mint, now)? },
        DraftKind::Answer => {
            let kind = f.needed_word("kind", KINDS);
            let text = f.needed_text("text", LONG, mint, now);
            Drafted::Answer { kind: kind?, text: text? }
        }
    })
}
