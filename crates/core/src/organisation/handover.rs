//! Handover sheets (交接单): a holder who goes leaves one, and until it is signed the head of the unit
//! owns what was open in the post. Sheets are derived from appointments; only signing is an act.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Answerer, Appointment, Holding, Organisation};
use crate::ids::{PostId, UnitId, UserId};

/// What a holder left who went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    pub post: PostId,
    pub unit: UnitId,
    pub leaver: UserId,
    /// The first day without the leaver.
    pub ended: Date,
}

/// The body of `handed_over`, version 1: both persons have signed the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOver {
    /// The post whose open work is handed over.
    pub post: PostId,
    /// The holder who went.
    pub leaver: UserId,
    /// Who takes it over.
    pub taker: UserId,
    /// The first day without the leaver.
    pub ended: Date,
    /// The day of the signatures; from it on the post owns its work again.
    pub on: Date,
}

/// Why a sheet cannot be signed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoHandover {
    #[error("no sheet of this post and person is open on {0}")]
    NoSheet(Date),
    #[error("the one who takes over does not answer for the post on {0}")]
    NotTheTaker(Date),
    #[error("the one who leaves cannot take over")]
    SamePerson,
}

impl Organisation {
    /// The sheets not signed by `date`, by post and day.
    pub fn open_sheets(&self, date: Date) -> Vec<Sheet> {
        self.posts.keys().flat_map(|post| self.sheets_of(*post, date)).collect()
    }

    /// The sheets of one post not signed by `date`.
    pub fn sheets_of(&self, post: PostId, date: Date) -> impl Iterator<Item = Sheet> {
        self.appointed(post).filter_map(move |gone| {
            let ended = gone.to.filter(|to| *to <= date && gone.from < *to)?;
            let signed = |h: &HandedOver| {
                (h.post, h.leaver, h.ended) == (post, gone.user, ended) && h.on <= date
            };
            let open = gone.holding == Holding::Holder
                && !self.goes_on(gone, ended)
                && !self.handovers.iter().any(signed);
            let unit = self.posts.get(&post)?.unit;
            open.then_some(Sheet { post, unit, leaver: gone.user, ended })
        })
    }

    /// Whether the work stays in hands that know it: the same person begins anew, or others hold the
    /// post beside the leaver.
    fn goes_on(&self, gone: &Appointment, ended: Date) -> bool {
        self.appointed(gone.post).any(|other| {
            other != gone
                && other.holding == Holding::Holder
                && other.to.is_none_or(|to| to > ended)
                && (other.from < ended || (other.from == ended && other.user == gone.user))
        })
    }

    /// Whether the sheet may be signed so.
    ///
    /// # Errors
    /// No such sheet is open on the day, or the taker does not answer for the post then.
    pub fn may_hand_over(&self, signed: &HandedOver) -> Result<(), NoHandover> {
        let mut sheets = self.sheets_of(signed.post, signed.on);
        let sheet = sheets
            .find(|s| (s.leaver, s.ended) == (signed.leaver, signed.ended))
            .ok_or(NoHandover::NoSheet(signed.on))?;
        if signed.taker == signed.leaver {
            return Err(NoHandover::SamePerson);
        }
        match self.taker_of(&sheet, signed.on) {
            Some(answerer) if answerer.user == signed.taker => Ok(()),
            _ => Err(NoHandover::NotTheTaker(signed.on)),
        }
    }

    /// Who takes over on `date` what a holder left: whoever answers for what comes anew takes over what
    /// is old.
    pub fn taker_of(&self, sheet: &Sheet, date: Date) -> Option<Answerer> {
        self.answers(sheet.unit, Some(sheet.post), date, date)
    }

    /// Takes in one act.
    pub fn hand_over(&mut self, signed: &HandedOver) {
        self.handovers.push(signed.clone());
    }
}
