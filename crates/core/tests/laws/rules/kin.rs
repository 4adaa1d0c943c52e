//! Several matters that have to do with one another.

use proptest::prelude::*;
use zongheng_core::matter::{ActName, Did, Matter, State, fits_state};
use zongheng_core::playbook::Stage;

use super::laws;

laws! {
    fn a_part_is_due_no_later_than_the_whole_and_starts_with_it(life) {
        let Some(whole) = &life.whole else { return Ok(()) };
        let first = life.steps.first().map_or(&life.story.matter, |step| &*step.before);
        prop_assert_eq!(first.state, State::Filed);
        prop_assert_eq!(first.parent, Some(whole.id));
        prop_assert_eq!(first.round_start, whole.round_start);
        prop_assert_eq!((&first.playbook, first.desk), (&whole.playbook, whole.desk));
        prop_assert_ne!(&first.no, &whole.no);
        let due = whole.children.iter().find(|child| child.id == first.id).unwrap().due;
        let own = first.open_deadline(Stage::Settle, None).unwrap();
        prop_assert_eq!((own.due, own.from), (due, whole.round_start));
        let settle = whole.open_deadline(Stage::Settle, None);
        prop_assert!(settle.is_none_or(|settle| due <= settle.due));
    }

    fn no_act_moves_a_part_past_the_whole(life) {
        for (step, act) in life.acts() {
            let whole = step.before.parent.and_then(|id| step.kin.get(id));
            let Some(settle) = whole.and_then(|w| w.open_deadline(Stage::Settle, None)) else {
                continue;
            };
            let moved = |m: &Matter| m.open_deadline(Stage::Settle, None).map(|d| d.due);
            let (old, new) = (moved(&step.before), moved(&step.after));
            if let (Some(old), Some(new)) = (old, new) && new > old {
                prop_assert!(new <= settle.due, "{}", act.kind());
            }
        }
    }

    fn a_matter_is_merged_into_an_open_one_that_started_no_later(life) {
        for (step, act) in life.acts() {
            let Did::Merged(did) = &act.did else { continue };
            let into = step.kin.get(did.into).unwrap();
            prop_assert!(into.state.is_open());
            prop_assert!(into.round_start <= step.before.round_start);
            prop_assert_eq!(step.kin.open_parts(step.before.id).count(), 0);
            prop_assert_eq!(step.kin.linked_to(step.before.id).count(), 0);
            prop_assert_eq!(step.after.merged_into, Some(did.into));
            prop_assert!(step.after.deadlines.iter().all(|d| !d.is_open()));
        }
    }

    fn a_linked_matter_keeps_its_own_number_clock_reporter_and_answer(life) {
        for (step, act) in life.acts() {
            let (old, new) = (&step.before, &step.after);
            match &act.did {
                Did::Linked(did) => {
                    prop_assert_eq!((old.main, new.main), (None, Some(did.to)));
                    let main = step.kin.get(did.to).unwrap();
                    prop_assert!(fits_state(ActName::Link, main.state), "{}", main.state);
                    prop_assert_eq!(main.main, None);
                    prop_assert_eq!(step.kin.linked_to(old.id).count(), 0);
                    prop_assert!(old.parent != Some(main.id) && main.parent != Some(old.id));
                }
                Did::Unlinked(did) => {
                    prop_assert_eq!((old.main, new.main), (Some(did.from), None));
                }
                _ => {
                    prop_assert!(old.main == new.main || new.state == State::Merged);
                    continue;
                }
            }
            prop_assert_eq!((&old.no, &old.reporter, &old.place), (&new.no, &new.reporter, &new.place));
            prop_assert_eq!((&old.shares, &old.answers), (&new.shares, &new.answers));
            prop_assert_eq!((old.state, old.owner, old.round), (new.state, new.owner, new.round));
            prop_assert_eq!(old.next(), new.next());
        }
    }

    fn a_matter_is_taken_apart_by_its_desk_before_and_its_lead_after_it_is_dispatched(life) {
        for (step, act) in life.acts() {
            let Did::Decomposed(did) = &act.did else { continue };
            prop_assert!(step.before.parent.is_none() && !did.children.is_empty());
            let lead = step.before.lead().map(|share| share.unit);
            if step.before.state == State::Handling {
                let own = step.before.share_with(step.actor.unit, step.actor.post);
                prop_assert_eq!(own.map(|share| share.unit), lead);
            } else {
                prop_assert_eq!(step.actor.unit, Some(step.before.desk.unit));
            }
            prop_assert!(step.after.children.ends_with(&did.children));
        }
    }
}
