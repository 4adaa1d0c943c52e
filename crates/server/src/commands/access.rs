//! `zongheng access`: who may do what, asked of the rules themselves.

use std::process::ExitCode;

use zongheng_core::access::{Printed, table};
use zongheng_core::calendar::DayKind;

use super::{Failure, say};
use crate::{county, programmes};

#[derive(Debug, clap::Args)]
pub(crate) struct Access {
    /// The kind of matter; all of them where left out.
    playbook: Option<String>,
}

impl Access {
    pub(crate) fn run(&self) -> ExitCode {
        super::end(self.print())
    }

    fn print(&self) -> Result<(), Failure> {
        let county = county::shangcheng()
            .map_err(|faults| Failure::Input(faults.iter().map(ToString::to_string).collect()))?;
        let calendar = programmes::calendar().map_err(Failure::Input)?;
        let loaded = programmes::playbooks(DayKind::Natural, &county.powers(), &calendar)
            .map_err(Failure::Input)?;
        let wanted = |id: &str| self.playbook.as_deref().is_none_or(|name| name == id);
        let mut cells = 0;
        for (id, playbook) in loaded.playbooks.iter().filter(|(id, _)| wanted(id.as_str())) {
            let table = table(playbook);
            say!("{id}\n{}", Printed(&table));
            cells += table.len();
        }
        if cells > 0 {
            say!(
                "共 {cells} 格，格格有定 · {cells} cells of acts × roles × relations, each defined"
            );
            Ok(())
        } else {
            let known: Vec<&str> =
                loaded.playbooks.keys().map(zongheng_core::ids::PlaybookId::as_str).collect();
            Err(Failure::input(format!("no kind of matter is called that: {}", known.join(", "))))
        }
    }
}
