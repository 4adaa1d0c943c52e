//! Fills 承办单, the internal sheet.

use zongheng_core::time::At;

use super::super::view::Slip;
use super::show::Page;

/// So many characters of what is said leave room for the boxes on one page.
const ROOM: usize = 300;

impl Page<'_> {
    /// After head, shares and duty.
    pub(super) fn fill_slip(&mut self) {
        let (r, m, w) = (self.r, &self.matter, self.r.w);
        // On paper a day has its year, whichever it is.
        let on_paper = |at: At| w.moment(at, At::from_seconds(0));
        let assists = self.view.assignments.iter().filter(|a| !a.lead);
        let said = self.view.said.as_ref().map(|said| said.text.clone());
        let long = said.as_ref().is_some_and(|text| text.chars().count() > ROOM);
        let (said, rest) = match said {
            Some(text) if long => {
                let cut: String = text.chars().take(ROOM).collect();
                (Some(w.a("slip.cut", cut)), Some(text))
            }
            said => (said, None),
        };
        let rules = r.county.rules_of(m);
        let kinds = rules.map(|(playbook, _)| playbook.settlement.as_slice()).unwrap_or_default();
        let names = kinds.iter().filter_map(|kind| serde_json::to_value(kind).ok());
        let duty = self.view.duty.iter().map(|reason| reason.text.as_str());
        self.view.slip = Slip {
            office: r.unit(m.desk.unit),
            first: on_paper(m.reported),
            lead: m.lead().map(|share| r.unit(share.unit)),
            assists: assists.map(|a| w.ab("slip.assist", &a.unit, &a.state)).collect(),
            duty: duty.take(2).collect::<Vec<_>>().join(w.t("join.comma")),
            said,
            rest,
            settlements: names.filter_map(|k| k.as_str().map(|k| w.settlement(k))).collect(),
            printed: w.a("slip.printed", on_paper(r.now)),
        };
    }
}
