//! What the county had before the register began: a few matters come over on the first day, some of them closed.

use zongheng_core::county::County;
use zongheng_core::ids::{CategoryId, MatterId};
use zongheng_core::ledger::Class;
use zongheng_core::matter::{Actor, Import, ImportedEnd, ReportedPlace, Satisfied, Theirs};
use zongheng_core::time::At;
use zongheng_store::{Submission, What};

use super::drive::World;
use super::fate::{Fate, Kind};
use crate::commands::Failure;

/// How many, and every which of them is history.
const MATTERS: i64 = 9;
const HISTORY: i64 = 3;

const DAY: i64 = 86_400;

impl World<'_> {
    /// Takes over what the system of before knows, as an import would.
    pub(super) async fn take_over(&mut self) -> Result<(), Failure> {
        for n in 0..MATTERS {
            let submission = self.of_before(n);
            let mut answers = self.store.record_all(vec![submission], self.now).await;
            let recorded = answers.remove(0).map_err(|e| Failure::input(e.to_string()))?;
            self.tell(&recorded.acts);
            if let Some(matter) = recorded.matter {
                let (id, open) = (matter.id, matter.state.is_open());
                let fate = Fate {
                    kind: Kind::ResidentReport,
                    steady: true,
                    alone: true,
                    reached_at: 1,
                    ..Fate::default()
                };
                self.begins(matter, fate, false);
                if open {
                    self.plan(id);
                }
            }
        }
        Ok(())
    }

    fn of_before(&mut self, n: i64) -> Submission {
        let now = self.now;
        let began = now.plus_seconds(-self.chance().between(4, 30) * DAY + 9 * 3600);
        let closed = n % HISTORY == HISTORY - 1;
        let villages = self.cast.villages.clone();
        let village = self.chance().picked(&villages).cloned();
        let category = CategoryId::from("road_bridge");
        let lead = village.as_ref().and_then(|village| {
            let County { organisation, powers, .. } = &*self.county;
            powers.proposal(organisation, &category, village, now.date()).ok()
        });
        // Every other one was given to nobody yet.
        let lead = lead.filter(|_| closed || n % 2 == 0).map(|proposal| proposal.lead);
        let due = self.due_of_before(now);
        let title = self.mint.content(Class::Text, "村道破损，旧系统里没有办完".to_owned(), now);
        let contact = (n % 2 == 1).then(|| {
            self.mint.content(Class::Personal, r#"{"phone":"13800000000"}"#.to_owned(), now)
        });
        let import = Import {
            id: MatterId(self.mint.id(now)),
            playbook: Kind::ResidentReport.playbook().into(),
            theirs: Theirs {
                system: "before".to_owned(),
                number: format!("{}-{}", now.date().year() - 1, n + 1),
            },
            began,
            round: 1,
            round_began: None,
            category: Some(category),
            source: None,
            grade: None,
            urgent: false,
            title: title.reference(),
            detail: None,
            form: Vec::new(),
            place: ReportedPlace { division: village, ..ReportedPlace::default() },
            contact: contact.as_ref().map(zongheng_store::NewContent::reference),
            hidden: false,
            lead,
            assists: Vec::new(),
            due: (!closed).then_some(due),
            ended: closed.then(|| ImportedEnd {
                at: began.plus_seconds(3 * DAY),
                answer: None,
                solved: Some(true),
                satisfied: Some(Satisfied::Basically),
            }),
        };
        Submission {
            county: self.code.clone(),
            scope: "import".to_owned(),
            actor: Actor::system(),
            key: self.mint.key(),
            mac: String::new(),
            at: Some(now),
            what: What::Import(Box::new(import)),
            contents: std::iter::once(title).chain(contact).collect(),
        }
    }

    /// Some days on, at closing.
    fn due_of_before(&mut self, now: At) -> At {
        let day = now.plus_seconds(self.chance().between(6, 20) * DAY).date();
        self.county.calendar.closing_on(day)
    }
}
