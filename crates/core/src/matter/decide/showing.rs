//! What shows it: files that come with a report or an act. They are entries like its texts, named by its contents;
//! they decide nothing.

use super::{Context, carry_out};
use crate::ledger::ContentRef;
use crate::matter::act::NewAct;
use crate::matter::command::Command;
use crate::matter::inner::Drafted;
use crate::matter::refusal::{FieldFault, Refusal};
use crate::matter::state::Matter;
use crate::matter::table::Slot;

/// The most files of one report or act.
pub const MOST_FILES: usize = 9;

/// Carries the command out; its act names the files beside its texts.
pub(super) fn carry_out_shown(
    matter: &Matter,
    command: &Command,
    files: &[ContentRef],
    slots: &[Slot],
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    if !may_show(command) {
        return Err(Refusal::field("files", "no files come with this act"));
    }
    if let Some(fault) = fault_of(files) {
        return Err(Refusal::Invalid(vec![fault]));
    }
    let mut new = carry_out(matter, command, slots, cx)?;
    new.contents.extend(files);
    Ok(new)
}

/// Acts that say what was seen or done. A draft's files stand with its text, in the act that hands it in.
fn may_show(command: &Command) -> bool {
    match command {
        Command::Submit { draft } => matches!(**draft, Drafted::Answer { .. }),
        command => matches!(
            command,
            Command::Progress { .. }
                | Command::Answer { .. }
                | Command::Verify { .. }
                | Command::Urge { .. }
                | Command::Comment { .. }
                | Command::Spot { .. }
        ),
    }
}

/// Too many of them.
pub(super) fn fault_of(files: &[ContentRef]) -> Option<FieldFault> {
    let n = files.len();
    (n > MOST_FILES).then(|| FieldFault::new("files", format!("{n} files: at most {MOST_FILES}")))
}
