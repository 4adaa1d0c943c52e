//! The layouts of sheets: the register as counties read it, and the two in which tables come in, so that what went
//! out can come in again.

use std::collections::BTreeMap;

use zongheng_core::county::County;
use zongheng_core::ids::{ContentId, DivisionCode, UnitId};
use zongheng_core::matter::{Deadline, Matter, Satisfied, State};
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;
use zongheng_sheets::write::{Column, MOST_ROWS, Out, Shape};
use zongheng_store::Row;

use super::said::ZH;
use crate::api::shape::Texts;

/// Which columns a sheet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Layout {
    /// 事项台账: the register as a county reads it.
    #[default]
    Register,
    /// 热线工单: as the hotline's table is imported.
    Hotline,
    /// 督查事项台账: as the supervision ledger is imported.
    Tasks,
}

const REGISTER: [(&str, u8); 17] = [
    ("序号", 6),
    ("编号", 20),
    ("事项", 40),
    ("来源", 10),
    ("类别", 14),
    ("乡镇", 12),
    ("村社区", 14),
    ("具体位置", 24),
    ("牵头单位", 18),
    ("协办单位", 20),
    ("环节", 10),
    ("时限", 8),
    ("现由谁办", 18),
    ("登记时间", 17),
    ("期限", 17),
    ("办结时间", 17),
    ("轮次", 6),
];

/// As the layouts of tables that come in call the systems whose tables they are.
const HOTLINE_SYSTEM: &str = "hotline";
const TASKS_SYSTEM: &str = "ledger";

const HOTLINE: [(&str, u8); 14] = [
    ("工单编号", 22),
    ("类型", 10),
    ("三级问题分类", 24),
    ("标签", 12),
    ("被反映街乡镇", 14),
    ("工单性质", 10),
    ("是否解决", 10),
    ("是否满意", 10),
    ("办结时间", 17),
    ("村社区", 14),
    ("点位", 24),
    ("受理时间", 17),
    ("办结时限", 17),
    ("标题", 40),
];

const TASKS: [(&str, u8); 11] = [
    ("序号", 20),
    ("事项", 40),
    ("立项依据", 18),
    ("牵头单位", 18),
    ("责任单位", 22),
    ("责任人岗位", 14),
    ("交办时间", 17),
    ("办结时限", 17),
    ("进展情况", 40),
    ("完成情况", 20),
    ("完成时间", 17),
];

impl Layout {
    pub const ALL: [Self; 3] = [Self::Register, Self::Hotline, Self::Tasks];

    /// The word of a query.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Hotline => "hotline",
            Self::Tasks => "tasks",
        }
    }

    pub(super) fn shape(self, county: &County) -> Shape {
        let name = county.organisation.divisions.get(&county.code).map(|d| d.name.as_str());
        let (of, columns) = match self {
            Self::Register => ("事项台账", &REGISTER[..]),
            Self::Hotline => ("热线工单", &HOTLINE[..]),
            Self::Tasks => ("督查事项台账", &TASKS[..]),
        };
        Shape {
            title: format!("{}{of}", name.unwrap_or_default()),
            columns: columns.iter().map(|(head, width)| Column { head, width: *width }).collect(),
            most: MOST_ROWS,
        }
    }

    /// The entries that a row of it shows.
    pub fn texts(self, matter: &Matter) -> Vec<ContentId> {
        let own = [Some(matter.title), matter.place.address].into_iter().flatten();
        let more = match self {
            Self::Register => None,
            Self::Hotline | Self::Tasks => Some(
                matter
                    .form
                    .iter()
                    .map(|(_, id)| *id)
                    .chain(matter.answers.last().map(|answer| answer.text)),
            ),
        };
        own.chain(more.into_iter().flatten()).collect()
    }
}

/// What the rows of a sheet are told with.
pub(super) struct Teller<'a> {
    county: &'a County,
    /// The units of townships, whose own an order is that they lead.
    own: BTreeMap<&'a DivisionCode, UnitId>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(county: &'a County, today: At) -> Self {
        let organisation = &county.organisation;
        let own = organisation
            .divisions
            .keys()
            .filter_map(|code| Some((code, organisation.unit_of_division(code, today.date())?.id)));
        Self { county, own: own.collect() }
    }

    /// The cells of a row, the n-th of the table.
    pub(super) fn cells(&self, layout: Layout, n: u64, row: &Row, texts: &Texts) -> Vec<Out> {
        let told = Told { by: self, matter: &row.matter, texts };
        match layout {
            Layout::Register => told.register(n, row),
            Layout::Hotline => told.hotline(),
            Layout::Tasks => told.task(),
        }
    }

    fn unit(&self, id: UnitId) -> String {
        self.county.organisation.units.get(&id).map(|u| u.name.clone()).unwrap_or_default()
    }

    fn division(&self, code: &DivisionCode) -> String {
        self.county.organisation.divisions.get(code).map(|d| d.name.clone()).unwrap_or_default()
    }
}

/// One matter while it is told.
struct Told<'t> {
    by: &'t Teller<'t>,
    matter: &'t Matter,
    texts: &'t Texts,
}

impl Told<'_> {
    fn text(&self, id: ContentId) -> Option<String> {
        self.texts.get(&id).and_then(|content| content.text.clone())
    }

    /// A column of another system, kept as it stood.
    fn kept(&self, name: &str) -> Option<String> {
        let (_, id) = self.matter.form.iter().find(|(kept, _)| kept == name)?;
        self.text(*id)
    }

    fn said(text: Option<String>) -> Out {
        text.map_or(Out::Empty, Out::text)
    }

    fn title(&self) -> Out {
        Self::said(self.text(self.matter.title))
    }

    fn address(&self) -> Out {
        Self::said(self.matter.place.address.and_then(|id| self.text(id)))
    }

    fn category(&self) -> Option<String> {
        let id = self.matter.category.as_ref()?;
        self.by.county.powers.categories.get(id).map(|c| c.name.clone())
    }

    fn township(&self) -> Out {
        Self::said(self.matter.place.township.as_ref().map(|code| self.by.division(code)))
    }

    fn village(&self) -> Out {
        let place = &self.matter.place;
        let lower = place.township.is_some() && place.township.as_ref() != Some(&place.division);
        if lower { Out::text(self.by.division(&place.division)) } else { Out::Empty }
    }

    fn lead(&self) -> Out {
        Self::said(self.matter.lead().map(|share| self.by.unit(share.unit)))
    }

    fn assists(&self) -> Out {
        let standing = self.matter.assists().filter(|share| share.stands());
        let names: Vec<String> = standing.map(|share| self.by.unit(share.unit)).collect();
        Out::text(names.join("、"))
    }

    /// Under which number it is known to the system whose table this is; here, where that has none for it. So a table
    /// that went out is known when it comes in again.
    fn number(&self, system: &str) -> Out {
        let theirs = self.matter.came_over.as_ref().filter(|theirs| theirs.system == system);
        let theirs = theirs.map(|theirs| theirs.number.as_str());
        let outside = self.matter.outside.as_ref().filter(|_| system == HOTLINE_SYSTEM);
        let outside = outside.map(|order| order.number.as_str());
        Out::text(theirs.or(outside).unwrap_or(&self.matter.no))
    }

    /// The limit of what is open.
    fn settle(&self) -> Out {
        moment(settle_by(self.matter).filter(|_| self.matter.closed.is_none()))
    }

    fn register(&self, n: u64, row: &Row) -> Vec<Out> {
        let m = self.matter;
        vec![
            Out::Number(i64::try_from(n).unwrap_or(i64::MAX)),
            Out::text(m.no.as_str()),
            self.title(),
            Out::text(ZH.source(&m.source)),
            Self::said(self.category()),
            self.township(),
            self.village(),
            self.address(),
            self.lead(),
            self.assists(),
            Out::text(ZH.state(m.state.name())),
            Out::text(ZH.name("lamp", row.lamp.name())),
            Self::said(m.owner.map(|owner| self.by.unit(owner.unit))),
            moment(Some(m.reported)),
            moment(m.next().map(|next| next.due)),
            moment(m.closed),
            Out::Number(m.round.into()),
        ]
    }

    fn hotline(&self) -> Vec<Out> {
        let m = self.matter;
        let call = m.call_backs.iter().rev().find(|call| call.reached);
        let solved = call.and_then(|call| call.solved);
        let satisfied = call.and_then(|call| call.satisfied);
        let own = m.place.township.as_ref().and_then(|code| self.by.own.get(code));
        let leads = own.is_some() && m.lead().map(|share| &share.unit) == own;
        let part = if leads { "主办" } else { "转办" };
        vec![
            self.number(HOTLINE_SYSTEM),
            Self::said(self.kept("kind")),
            Self::said(self.kept("category").or_else(|| self.category())),
            Self::said(self.kept("label")),
            self.township(),
            Out::text(self.kept("part").unwrap_or_else(|| part.to_owned())),
            Out::text(solved.map_or("", |solved| if solved { "是" } else { "否" })),
            Out::text(satisfied.map_or("", |satisfied| match satisfied {
                Satisfied::Yes => "满意",
                Satisfied::Basically => "基本满意",
                Satisfied::No => "不满意",
            })),
            moment(m.closed),
            self.village(),
            self.address(),
            moment(Some(m.reported)),
            self.settle(),
            self.title(),
        ]
    }

    fn task(&self) -> Vec<Out> {
        let m = self.matter;
        let answer = m.answers.last().and_then(|answer| self.text(answer.text));
        let done = match (m.state, m.closed) {
            (State::SignedOff | State::Recorded, Some(at)) => {
                let day = at.date();
                format!("{}年{}月{}日已完成", day.year(), day.month(), day.day())
            }
            (state, Some(_)) => ZH.state(state.name()),
            (_, None) => "正在办理".to_owned(),
        };
        let basis = self.kept("basis").unwrap_or_else(|| ZH.source(&m.source));
        vec![
            self.number(TASKS_SYSTEM),
            self.title(),
            Out::text(basis),
            self.lead(),
            self.assists(),
            Self::said(self.kept("post")),
            moment(Some(m.reported)),
            self.settle(),
            Self::said(answer.or_else(|| self.kept("progress"))),
            Out::text(done),
            moment(m.closed),
        ]
    }
}

/// By when a matter is to be settled: the limit of the authority outside, where one set it.
pub fn settle_by(matter: &Matter) -> Option<At> {
    let of_round =
        |d: &&Deadline| d.stage == Stage::Settle && d.share.is_none() && d.round == matter.round;
    let own = matter.deadlines.iter().rev().find(of_round).map(|d| d.due);
    matter.outside.as_ref().map(|order| order.due).or(own)
}

fn moment(at: Option<At>) -> Out {
    at.map_or(Out::Empty, |at| Out::Moment(at.civil()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importing;

    #[test]
    fn every_column_of_a_layout_of_import_is_one_that_import_reads() {
        for (columns, read) in [
            (&HOTLINE[..], importing::Layout::hotline().unwrap()),
            (&TASKS[..], importing::Layout::tasks().unwrap()),
        ] {
            let names = read.names();
            for (head, _) in columns {
                assert!(names.contains(head), "{head}");
            }
        }
    }
}
