//! The rules that hold always, asked of every matter of a simulated year: the same rules that the core's
//! tests ask of random lives.

pub(crate) mod life;
#[path = "../../../../core/tests/laws/rules/mod.rs"]
mod rules;
pub(crate) mod world;

use self::life::lives;

#[test]
fn the_rules_hold_for_each_matter_of_a_simulated_year() {
    let lives = lives();
    assert!(lives.len() > 200, "{} matters", lives.len());
    for life in &lives {
        rules::hold(life).unwrap_or_else(|e| {
            let matter = &life.story.matter;
            let acts: Vec<&str> = life.story.ledger.iter().map(|(_, act, _)| act.kind()).collect();
            panic!("{} {}: {e}\n{acts:?}", matter.no, matter.playbook.id)
        });
    }
}
