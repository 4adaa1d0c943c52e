//! A bad file is refused for exactly what is wrong in it, with its line; a fact that does not hold is
//! told with what is the case.

use super::run::run;
use super::text::{Entry, read};
use super::the_words;

/// A scenario with these lines behind its title.
fn told(lines: &str) -> Vec<String> {
    let text = format!("# 灯 | A lamp\n> 一盏灯。 | One lamp.\n{lines}\n");
    let ran = run(&the_words(), "bad.scenario", &text, false);
    let cut = |fault: String| fault.replace("scenarios/bad.scenario:", "");
    ran.faults.iter().map(|fault| cut(fault.to_string())).collect()
}

const REPORT: &str = "2025-03-05 周三 Wed
  09:00  群众 resident  反映 report  群众反映 resident_report 路灯 street_lamp 在 at 曹寨村 Caozhai  「灯不亮」\"The lamp is dark\"
    = 待受理 reported · 鄢岗镇综合办 Yangang hall · 受理 file 2025-03-05 11:00 · 绿灯 green
    = 账 ledger 反映 reported";

/// The same with more below it.
fn after_a_report(lines: &str) -> Vec<String> {
    told(&format!("{REPORT}\n{lines}"))
}

#[test]
fn a_good_one_has_no_fault() {
    assert_eq!(told(REPORT), Vec::<String>::new());
}

#[test]
fn what_is_no_scenario_is_refused_with_its_line() {
    for (lines, fault) in [
        ("2025-03-05 周四 Thu", "3: 2025-03-05 is 周三 Wed"),
        ("2025-03-05 周三 Wed 休 rest", "3: 2025-03-05 is an ordinary day, without a mark"),
        ("2025-03-08 周六 Sat", "3: 2025-03-08 is 休 rest"),
        ("2025-04-27 周日 Sun 休 rest", "3: 2025-04-27 is 班 worked"),
        ("2025-03-05 周三 Wed\n2025-03-04 周二 Tue", "4: days go forward, each stands once"),
        (
            "2025-02-30 周日 Sun",
            "3: \"2025-02-30 周日 Sun\" is no day, such as: 2025-03-05 周三 Wed",
        ),
        ("> 只有中文", "3: prose is written: 中文 | English"),
        ("> Only English | Only English", "3: prose is written: 中文 | English"),
        ("  09:00  看 look", "3: a day stands above the first step"),
        ("2025-03-05 周三 Wed\n  9:00  看 look", "4: \"9:00\" is no time of day, such as 09:40"),
        ("2025-03-05 周三 Wed\n  09:00  看", "4: \"看\" has no English behind it"),
        ("2025-03-05 周三 Wed\n  09:00  look", "4: \"look\" stands alone: write 中文 English"),
        ("2025-03-05 周三 Wed\n  09:00  看 look ", "4: blanks at the end, or a tab"),
        ("    + 看 look", "3: \"+\" goes on with a step or an expectation above it"),
        ("    = 待受理 reported", "3: an expectation stands below a step"),
        ("% 岗位空缺 vacant 县领导 County leader", "3: from which day?"),
        (
            "2025-03-05 周三 Wed\n  09:00  群众 resident  反映 report  「灯」\"\"",
            "4: 「灯」 says nothing in English",
        ),
    ] {
        assert_eq!(told(lines), [fault], "{lines}");
    }
}

#[test]
fn a_step_that_nobody_understands_is_refused_with_its_line() {
    for (step, fault) in [
        (
            "鄢岗镇综合办 Yangang hall  受理了 file",
            "7: unknown word \"受理了 file\"; there is \"受理 file\"",
        ),
        (
            "鄢岗镇综合办 Caozhai committee  受理 file",
            "7: unknown word \"鄢岗镇综合办 Caozhai committee\"; there is \"鄢岗镇综合办 Yangang \
             hall\"",
        ),
        (
            "鄢岗镇综合办 Yangang hall  受理 file  牵头 lead 鄢岗镇 Yangang",
            "7: this step has no use for: 鄢岗镇 Yangang, lead",
        ),
        ("鄢岗镇综合办 Yangang hall  派单 dispatch", "7: \"牵头 lead\" is missing"),
        ("鄢岗镇综合办 Yangang hall  不予受理 decline", "7: say what: 「中文」\"English\""),
        ("乙 B  鄢岗镇综合办 Yangang hall  受理 file", "7: there is no matter B yet"),
        (
            "鄢岗镇综合办 Yangang hall  留言 comment  「好」",
            "7: a text is written 「中文」\"English\"",
        ),
        (
            "县住建局局长 Housing head  代 for  县交通局局长 Transport head  受理 file",
            "7: nobody of the post \"county_housing/head\" acts in the post \
             \"county_transport/head\" on that day",
        ),
    ] {
        assert_eq!(after_a_report(&format!("  09:40  {step}")), [fault], "{step}");
    }
}

#[test]
fn what_does_not_hold_is_told_with_what_is_the_case() {
    let file = "  09:40  鄢岗镇综合办 Yangang hall  受理 file";
    let ledger = "    = 账 ledger 反映 reported · 受理 filed";
    let filed =
        "待派单 filed · 鄢岗镇综合办 Yangang hall · 派单 dispatch 2025-03-05 11:40 · 绿灯 green";
    for (lines, fault) in [
        (format!("{file}\n{ledger}"), format!("7: this step changes what is the case: = {filed}")),
        (
            format!("{file}\n    = {filed}"),
            "8: it ends without = 账 ledger 反映 reported · 受理 filed".to_owned(),
        ),
        (
            format!("{file}\n    = {}\n{ledger}", filed.replace("11:40", "11:41")),
            format!(
                "8: expected = {}\n    found    = {filed}",
                filed.replace("11:40", "11:41")
            ),
        ),
        (
            format!("{file}\n    = {filed}\n    ✗ 不归你办 not_yours 「不行」\"no\"\n{ledger}"),
            "9: the step above is not refused".to_owned(),
        ),
        (
            "  09:40  群众 resident  受理 file".to_owned(),
            "7: this step is refused: not_yours \"the reporter by receipt may only answer and \
             reopen\""
                .to_owned(),
        ),
        (
            "  09:40  群众 resident  受理 file\n    ✗ 时候不对 out_of_state 「不行」\"no\"".to_owned(),
            "8: expected ✗ 时候不对 out_of_state 「不行」\"no\"\n    found    ✗ 不归你办 not_yours \
             \"the reporter by receipt may only answer and reopen\""
                .to_owned(),
        ),
    ] {
        assert_eq!(after_a_report(&lines), [fault], "{lines}");
    }
}

#[test]
fn facts_are_written_where_an_author_left_a_blank_and_then_hold() {
    let words = the_words();
    let blank = "# 灯 | A lamp
> 一盏灯。 | One lamp.
2025-03-05 周三 Wed
  09:00  群众 resident  反映 report  群众反映 resident_report 路灯 street_lamp 在 at 曹寨村 Caozhai  「灯不亮」\"The lamp is dark\"
    =
  09:10  群众 resident  受理 file
    ✗ 「群众不受理」
  09:40  鄢岗镇综合办 Yangang hall  受理 file
    = 到期 due
";
    let ran = run(&words, "new.scenario", blank, true);
    assert_eq!(ran.faults, []);
    let written = ran.rewritten.unwrap();
    assert!(
        written.contains("「群众不受理」\"the reporter by receipt may only answer and reopen\"")
    );
    let again = run(&words, "new.scenario", &written, false);
    assert_eq!((again.faults, again.rewritten), (vec![], None), "{written}");
    let entries = read("new.scenario", &written).unwrap().entries;
    let said = entries.iter().filter(|e| matches!(e, Entry::Holds(_))).count();
    assert_eq!(said, 4, "two statuses, what is due, the ledger");
}
