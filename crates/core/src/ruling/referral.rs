//! 移交: a referral keeps number, date, receiver and receipt, and nothing else (DESIGN section 7). It names
//! no matter and no person, stands in no list and no counter, and two roles alone know of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Ground, Ruled, number_fault};
use crate::ids::ReferralId;
use crate::ledger::Act;
use crate::matter::{Actor, FieldFault, Refusal, Why};
use crate::organisation::Role;

/// Who refers, and who keeps the papers: the head of the supervision office and its clerk.
pub const REFERRALS_KEPT_BY: [Role; 2] = [Role::SupervisionHead, Role::SupervisionClerk];

/// To whom it goes. A list, so that no name stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// 县纪委监委
    CountyDiscipline,
    /// 市纪委监委
    CityDiscipline,
    /// 公安机关
    Police,
    /// 检察机关
    Procuratorate,
    /// 上级督查机构
    SuperiorSupervision,
}

impl Receiver {
    pub const ALL: [Self; 5] = [
        Self::CountyDiscipline,
        Self::CityDiscipline,
        Self::Police,
        Self::Procuratorate,
        Self::SuperiorSupervision,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::CountyDiscipline => "county_discipline",
            Self::CityDiscipline => "city_discipline",
            Self::Police => "police",
            Self::Procuratorate => "procuratorate",
            Self::SuperiorSupervision => "superior_supervision",
        }
    }

    /// The receiver of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|receiver| receiver.name() == name)
    }
}

/// The body of `referred`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referred {
    /// The referral.
    pub id: ReferralId,
    /// The number of the paper.
    pub number: String,
    /// The day of the paper.
    pub on: Date,
    /// To whom it goes.
    pub receiver: Receiver,
}

/// The body of `receipted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipted {
    /// The referral.
    pub id: ReferralId,
    /// The number of the receipt.
    pub number: String,
    /// The day of the receipt.
    pub on: Date,
}

/// A referral as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    pub referred: Referred,
    pub receipted: Option<Receipted>,
}

/// The referrals of a county, as the stream `referral` has made them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Referrals(pub BTreeMap<ReferralId, Referral>);

impl Referrals {
    /// Takes in one act of the stream.
    ///
    /// # Errors
    /// A kind that is none here, or a body that does not fit it.
    pub fn take_in(&mut self, act: &Act) -> Result<(), String> {
        let body = act.body_value();
        match act.kind.as_str() {
            "referred" => {
                let referred = Referred::deserialize(&body).map_err(|e| e.to_string())?;
                self.0.insert(referred.id, Referral { referred, receipted: None });
            }
            "receipted" => {
                let receipted = Receipted::deserialize(&body).map_err(|e| e.to_string())?;
                if let Some(referral) = self.0.get_mut(&receipted.id) {
                    referral.receipted = Some(receipted);
                }
            }
            kind => return Err(format!("no kind of act is called \"{kind}\" here")),
        }
        Ok(())
    }
}

/// What is written down; what is left out is told as missing.
#[derive(Debug, Clone)]
pub enum ReferralWord {
    Refer { id: ReferralId, receiver: Option<String> },
    Receipt { id: ReferralId },
}

/// A referral or a receipt, with number and day of its paper.
#[derive(Debug, Clone)]
pub struct Referring {
    pub word: ReferralWord,
    pub number: Option<String>,
    pub on: Option<Date>,
}

/// Whether the actor may know that there are referrals.
pub fn may_keep_referrals(actor: &Actor) -> bool {
    actor.role.is_some_and(|role| REFERRALS_KEPT_BY.contains(&role))
}

pub(super) fn rule(asked: &Referring, known: &Referrals, g: &Ground<'_>) -> Result<Ruled, Refusal> {
    if !may_keep_referrals(g.actor) {
        return Err(Refusal::Unknown);
    }
    let mut faults: Vec<FieldFault> = number_fault(asked.number.as_deref()).into_iter().collect();
    let (number, today) = (asked.number.clone().unwrap_or_default(), g.now.date());
    match asked.on {
        None => faults.push(FieldFault::new("on", "missing: the day of the paper")),
        Some(on) if on > today => faults.push(FieldFault::new("on", "it lies in the future")),
        Some(_) => {}
    }
    match &asked.word {
        ReferralWord::Refer { id, receiver } => {
            let named = receiver.as_deref().and_then(Receiver::named);
            if receiver.is_none() {
                faults.push(FieldFault::new("receiver", "missing: to whom it goes"));
            } else if named.is_none() {
                let known: Vec<&str> = Receiver::ALL.iter().map(|r| r.name()).collect();
                let known = known.join(", ");
                faults.push(FieldFault::new("receiver", format!("one of: {known}")));
            }
            if known.0.values().any(|referral| referral.referred.number == number) {
                faults
                    .push(FieldFault::new("number", "a referral of this number is there already"));
            }
            let (Some(receiver), Some(on), []) = (named, asked.on, faults.as_slice()) else {
                return Err(Refusal::Invalid(faults));
            };
            let referred = Referred { id: *id, number, on, receiver };
            Ok(Ruled::of("referral", "referred", &referred))
        }
        ReferralWord::Receipt { id } => {
            let referral = known.0.get(id).ok_or(Refusal::Unknown)?;
            if referral.receipted.is_some() {
                return Err(Refusal::Already(Why::Receipted));
            }
            let sent = referral.referred.on;
            if asked.on.is_some_and(|on| on < sent) {
                let what = format!("the receipt is not before the referral of {sent}");
                faults.push(FieldFault::new("on", what));
            }
            let (Some(on), []) = (asked.on, faults.as_slice()) else {
                return Err(Refusal::Invalid(faults));
            };
            Ok(Ruled::of("referral", "receipted", &Receipted { id: *id, number, on }))
        }
    }
}
