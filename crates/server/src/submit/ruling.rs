//! The bodies of rulings: proposed rows, exceptions, entries sealed off, referrals. What is missing is
//! told by the core, after whose it is.

use jiff::civil::Date;
use serde_json::{Map, Value};
use zongheng_core::ids::{ContentId, MatterId, ReferralId};
use zongheng_core::matter::FieldFault;
use zongheng_core::ruling::{
    Allowing, ContentWord, ProposalWord, ReferralWord, Referring, Ruling, Sealing,
};
use zongheng_core::time::At;
use zongheng_store::NewContent;

use super::Mint;
use super::act::LONG;
use super::fields::Fields;

/// A ruling that was read, with what was wrong and the entries that its texts became.
pub struct ReadRuling {
    pub ruling: Ruling,
    pub faults: Vec<FieldFault>,
    pub contents: Vec<NewContent>,
}

const DAY: &str = "a day such as 2026-12-01";

fn read(body: &Map<String, Value>, ruling: impl FnOnce(&mut Fields<'_>) -> Ruling) -> ReadRuling {
    let mut fields = Fields::of(body);
    let ruling = ruling(&mut fields);
    fields.refuse_unknown();
    ReadRuling { ruling, faults: fields.faults, contents: fields.contents }
}

fn day(f: &mut Fields<'_>, name: &'static str) -> Option<Date> {
    f.parsed(name, DAY)
}

fn number(f: &mut Fields<'_>) -> Option<String> {
    f.string("number").map(|number| number.trim().to_owned())
}

/// `{decision: adopt, number, from}` or `{decision: refuse, reason, number}`.
pub fn read_proposal(id: &str, body: &Map<String, Value>, mint: &mut Mint, now: At) -> ReadRuling {
    read(body, |f| {
        let word = match f.string("decision") {
            Some("refuse") => ProposalWord::Refuse {
                number: number(f),
                reason: f.text("reason", LONG, mint, now),
            },
            other => {
                if other != Some("adopt") {
                    f.fault("decision", "one of: adopt, refuse");
                }
                ProposalWord::Adopt { number: number(f), from: day(f, "from") }
            }
        };
        Ruling::Proposal { id: id.to_owned(), word }
    })
}

/// `{rule, number, unit, category, more, from, until, reason}`.
pub fn read_exception(body: &Map<String, Value>, mint: &mut Mint, now: At) -> ReadRuling {
    read(body, |f| {
        Ruling::Allow(Box::new(Allowing {
            rule: f.string("rule").map(str::to_owned),
            number: number(f),
            unit: f.parsed("unit", "the id of a unit"),
            category: f.string("category").map(Into::into),
            more: f.number("more"),
            from: day(f, "from"),
            until: day(f, "until"),
            reason: f.text("reason", LONG, mint, now),
        }))
    })
}

/// `{decision: seal, release or destroy, number, reason}`.
pub fn read_sealing(
    (matter, content): (MatterId, ContentId),
    body: &Map<String, Value>,
    mint: &mut Mint,
    now: At,
) -> ReadRuling {
    read(body, |f| {
        let named = f.string("decision");
        let word = ContentWord::ALL.into_iter().find(|word| Some(word.name()) == named);
        if word.is_none() {
            f.fault("decision", "one of: seal, release, destroy");
        }
        let word = word.unwrap_or(ContentWord::Seal);
        let (number, reason) = (number(f), f.text("reason", LONG, mint, now));
        Ruling::Content(Box::new(Sealing { matter, content, word, number, reason }))
    })
}

/// `{number, on, receiver}`.
pub fn read_referral(body: &Map<String, Value>, mint: &mut Mint, now: At) -> ReadRuling {
    read(body, |f| {
        let receiver = f.string("receiver").map(str::to_owned);
        let word = ReferralWord::Refer { id: ReferralId(mint.id(now)), receiver };
        Ruling::Referral(Box::new(Referring { word, number: number(f), on: day(f, "on") }))
    })
}

/// `{number, on}` of the receipt.
pub fn read_receipt(id: ReferralId, body: &Map<String, Value>) -> ReadRuling {
    read(body, |f| {
        let word = ReferralWord::Receipt { id };
        Ruling::Referral(Box::new(Referring { word, number: number(f), on: day(f, "on") }))
    })
}
