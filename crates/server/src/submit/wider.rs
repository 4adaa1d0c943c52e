//! What reaches beyond one unit's share: other matters, plans and parts, calls to the spot, papers of
//! the supervision office.

use serde_json::Value;
use zongheng_core::ids::{MatterId, RequestId, UnitId};
use zongheng_core::ledger::ContentRef;
use zongheng_core::matter::{ActName, AskedChild, AskedNode, Command};
use zongheng_core::time::At;

use super::Mint;
use super::act::{LONG, units};
use super::fields::Fields;

/// The most characters of a title and of a place in words.
const SHORT: usize = 200;
/// More entries than the rules would ever take are not read at all.
const MOST: usize = 1_000;

pub(super) fn command(
    act: ActName,
    f: &mut Fields<'_>,
    mint: &mut Mint,
    now: At,
) -> Option<Command> {
    Some(match act {
        ActName::Link => Command::Link { to: f.needed("to", "the id of a matter")? },
        ActName::Unlink => Command::Unlink { reason: f.needed_text("reason", LONG, mint, now)? },
        ActName::Merge => {
            let into = f.needed("into", "the id of a matter");
            let reason = f.needed_text("reason", LONG, mint, now);
            Command::Merge { into: into?, reason: reason? }
        }
        ActName::Decompose => Command::Decompose { children: children(f, mint, now) },
        ActName::Plan => plan(f, mint, now)?,
        ActName::NodeDone => {
            let node = f.needed_number("node");
            let text = f.needed_text("text", LONG, mint, now);
            Command::NodeDone { node: node?, text: text? }
        }
        ActName::Whistle => {
            if f.value("units").is_none() {
                f.fault("units", "missing: a list of the ids of units");
            }
            let units = units(f, "units");
            let by = f.needed_time("by");
            let spot = f.needed_text("place", SHORT, mint, now);
            let text = f.needed_text("text", LONG, mint, now);
            Command::Whistle { units, by: by?, spot: spot?, text: text? }
        }
        ActName::Arrive => {
            let whistle = f.needed_number("whistle");
            let unit = f.needed("unit", "the id of a unit");
            let came = f.needed_word("came", "came, late, absent");
            let satisfied = f.word("satisfied", "yes, basically, no");
            let reason = f.text("reason", LONG, mint, now);
            let (whistle, unit, came) = (whistle?, unit?, came?);
            Command::Arrive { whistle, unit, came, satisfied, reason }
        }
        ActName::Order => {
            let (number, unit, text) = issued(f, mint, now)?;
            Command::Order { number, unit, text }
        }
        ActName::Notice => {
            let (number, unit, text) = issued(f, mint, now)?;
            Command::Notice { number, unit, text }
        }
        _ => return None,
    })
}

/// The number of a paper, to whom, and what it says.
fn issued(
    f: &mut Fields<'_>,
    mint: &mut Mint,
    now: At,
) -> Option<(String, Option<UnitId>, ContentRef)> {
    let number = f.needed_string("number", "the number of the paper");
    let unit = f.parsed("unit", "the id of a unit");
    let text = f.needed_text("text", LONG, mint, now);
    Some((number?, unit, text?))
}

fn plan(f: &mut Fields<'_>, mint: &mut Mint, now: At) -> Option<Command> {
    if f.value("nodes").is_none() {
        f.fault("nodes", "missing: a list of nodes");
    }
    let nodes = f.objects("nodes", MOST, |node| {
        let no = node.needed_number("no");
        let title = node.needed_text("title", SHORT, mint, now);
        let unit = node.parsed("unit", "the id of a unit");
        let due = node.needed_time("due");
        let after = before(node);
        Some(AskedNode { no: no?, title: title?, unit, due: due?, after })
    });
    let replaces = f.flag("replaces").unwrap_or(false);
    let reason = if replaces {
        Some(f.needed_text("reason", LONG, mint, now)?)
    } else {
        if f.value("reason").is_some() {
            f.fault("reason", "a reason is given only where the plan replaces the limit");
        }
        None
    };
    let request = RequestId(mint.id(now));
    Some(Command::Plan { nodes, replaces: reason.map(|reason| (request, reason)) })
}

/// The numbers of the nodes that go before.
fn before(f: &mut Fields<'_>) -> Vec<u16> {
    let mut numbers = Vec::new();
    for (i, value) in f.list("after").iter().enumerate() {
        match Value::as_u64(value).and_then(|n| u16::try_from(n).ok()) {
            Some(number) => numbers.push(number),
            None => f.fault(&format!("after[{i}]"), "the number of a node is wanted here"),
        }
    }
    numbers
}

fn children(f: &mut Fields<'_>, mint: &mut Mint, now: At) -> Vec<AskedChild> {
    if f.value("children").is_none() {
        f.fault("children", "missing: a list of parts");
    }
    f.objects("children", MOST, |child| {
        let id = child.parsed("id", "a UUID").map(MatterId);
        let id = id.unwrap_or_else(|| MatterId(mint.id(now)));
        let title = child.needed_text("title", SHORT, mint, now);
        let due = child.needed_time("due");
        let division = child.string("division").map(Into::into);
        Some(AskedChild { id, title: title?, due: due?, division })
    })
}
