//! What is refused at the door: texts that bear a mark of secrecy, and reports against officials, which
//! are another authority's (DESIGN section 7). Nothing of them is kept.
//!
//! State secrets and work secrets never enter a register on the office network (保守国家秘密法 art. 31
//! and 64 of 2024); a text that was marked is stopped by the mark, whatever it says. Who reports an
//! official's corruption is shown 12388 (纪检监察机关举报平台), and the text is not taken.

/// Marks that stop a text wherever they stand.
const MARKS: [&str; 11] = [
    "密级",
    "绝密",
    "机密",
    "秘密级",
    "秘密文件",
    "工作秘密",
    "不得外传",
    "严禁外传",
    "限内部使用",
    "仅供内部",
    "注意保密",
];

/// A mark that stops a text only where it is a clause of its own: 外墙内部材料脱落 is none.
const CLAUSES: [&str; 4] = ["内部文件", "内部资料", "内部材料", "内部使用"];

/// A mark that stops a text only where it stands alone, as a mark does: in brackets or on its own line.
const ALONE: [&str; 4] = ["内部", "秘密", "★", "☆"];

/// What each of these marks holds, but for the stars: most texts hold none of it and are looked through no further.
const WITHIN: [&str; 3] = ["密", "内部", "外传"];

/// The same in English, as they stand on papers.
const ENGLISH: [&str; 4] =
    ["CONFIDENTIAL", "TOP SECRET", "INTERNAL USE ONLY", "NOT FOR DISTRIBUTION"];

/// What a report against an official says of him; in small letters and without spaces, as it is looked for.
const OFFICIAL: [&str; 14] = [
    "贪污",
    "受贿",
    "索贿",
    "行贿",
    "贿赂",
    "挪用公款",
    "以权谋私",
    "买官卖官",
    "私分",
    "中饱私囊",
    "吃拿卡要",
    "bribe",
    "embezzl",
    "corruptofficial",
];

/// What an official must not accept (收受): the words of the Criminal Law, art. 385, and of the Regulations
/// on Disciplinary Action of 2023, art. 97. Parcels are accepted too, so the verb alone says nothing.
const GIFTS: [&str; 7] = ["红包", "礼金", "礼品", "财物", "回扣", "好处费", "消费卡"];

/// Spaces and dots within a word do not hide it: 密 级.
fn tight(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '\u{3000}' | '\t' | '·')).collect()
}

fn ends_a_clause(c: char) -> bool {
    c.is_ascii_punctuation() || c == '\n' || "，。；：！？、（）【】〔〕《》“”".contains(c)
}

/// A star with the years of secrecy behind it, as on papers: ★3年, ★长期; or one star at the head or the end of
/// a line. Stars of a rating are none.
fn starred(text: &str) -> bool {
    const STARS: [char; 2] = ['★', '☆'];
    let mut behind = text.split(STARS).skip(1);
    let years =
        |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("长期");
    let one = |rest: Option<&str>, next: fn(&str) -> Option<char>| {
        rest.is_some_and(|rest| next(rest).is_none_or(|c| !STARS.contains(&c)))
    };
    let edge = |line: &str| {
        one(line.strip_prefix(STARS), |rest| rest.chars().next())
            || one(line.strip_suffix(STARS), |rest| rest.chars().next_back())
    };
    behind.any(years) || text.lines().any(edge)
}

/// A mark that heads a line, before a space or a stop: 内部 不要外传, 内部：会议纪要.
fn heads_a_line(text: &str) -> Option<&'static str> {
    let head = |line: &str| {
        let line = line.trim_start();
        let end = line.find(|c: char| c.is_whitespace() || ends_a_clause(c))?;
        ALONE.into_iter().find(|mark| line[..end] == **mark)
    };
    text.lines().find_map(head)
}

/// The mark of secrecy that a text bears, or none.
pub fn marked(text: &str) -> Option<&'static str> {
    let tight = tight(text);
    let stars = tight.contains(['★', '☆']);
    if !stars && !WITHIN.into_iter().any(|part| tight.contains(part)) {
        // Only as it is printed on papers: a resident may write of something confidential.
        return ENGLISH.into_iter().find(|mark| text.contains(mark));
    }
    if let Some(mark) = MARKS.into_iter().find(|mark| tight.contains(mark)) {
        return Some(mark);
    }
    if stars && starred(&tight) {
        return Some("★");
    }
    if let Some(mark) = heads_a_line(text) {
        return Some(mark);
    }
    if let Some(mark) = ENGLISH.into_iter().find(|mark| text.contains(mark)) {
        return Some(mark);
    }
    let clause = |mark: &&str| tight.split(ends_a_clause).any(|clause| clause == *mark);
    if let Some(mark) = CLAUSES.iter().find(|mark| clause(mark)) {
        return Some(mark);
    }
    let brackets = [('（', '）'), ('(', ')'), ('【', '】'), ('[', ']'), ('〔', '〕')];
    ALONE.into_iter().find(|mark| {
        let line = tight.lines().any(|line| line == *mark);
        line || brackets.iter().any(|(l, r)| tight.contains(&format!("{l}{mark}{r}")))
    })
}

/// Whether a report from outside is one against an official.
pub fn against_official(text: &str) -> bool {
    let text = tight(text).to_lowercase();
    // Within the clause: 收受了老板两万元红包.
    let accepts = |clause: &str| {
        let accepted = clause.split_once("收受").map(|(_, what)| what);
        accepted.is_some_and(|what| GIFTS.into_iter().any(|gift| what.contains(gift)))
    };
    OFFICIAL.into_iter().any(|word| text.contains(word))
        || text.split(['，', '。', '；', '！', '？', '\n', ',', ';']).any(accepts)
}

/// The first two digits of the codes of provinces and their like (GB/T 2260), with which the number of an
/// identity card begins.
const PROVINCES: [u32; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82,
];

/// Whether a number holds what looks like that of a person: a mobile telephone, or an identity card with
/// its day of birth (GB 11643; fifteen digits before 1999). Such a number is personal data and has no place
/// in an act.
pub fn number_of_a_person(text: &str) -> bool {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        'x' | 'Ｘ' | 'ｘ' => Some('X'),
        _ => Some(c),
    };
    let text: String = text.chars().filter_map(narrow).collect();
    let runs = text.split(|c: char| !c.is_ascii_digit() && c != 'X');
    runs.filter(|run| !run.is_empty()).any(|run| {
        let digits: Vec<u32> = run.chars().map_while(|c| c.to_digit(10)).collect();
        match (run.len(), digits.len()) {
            (11, 11) => digits[0] == 1 && digits[1] >= 3,
            (15, 15) => of_a_card(&digits, 2),
            (18, 17 | 18) => of_a_card(&digits, 4),
            _ => false,
        }
    })
}

/// The first six digits say where, the next year, month and day of birth.
fn of_a_card(digits: &[u32], year: usize) -> bool {
    let number =
        |from: usize, len: usize| digits[from..from + len].iter().fold(0, |n, d| n * 10 + d);
    let century = year == 2 || matches!(number(6, 2), 19 | 20);
    let (month, day) = (number(6 + year, 2), number(8 + year, 2));
    let born = (1..=12).contains(&month) && (1..=31).contains(&day);
    PROVINCES.contains(&number(0, 2)) && century && born
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_is_passed_by_unseen() {
        let marks = MARKS.into_iter().chain(CLAUSES).chain(ALONE);
        for mark in marks.filter(|mark| !matches!(*mark, "★" | "☆")) {
            assert!(WITHIN.into_iter().any(|part| mark.contains(part)), "{mark}");
            assert!(marked(&format!("【{mark}】")).is_some(), "{mark}");
        }
    }

    #[test]
    fn a_mark_stops_a_text_and_an_ordinary_word_does_not() {
        for (text, stops) in [
            ("密级：机密★3年", true),
            ("密 级", true),
            ("【内部】会议材料", true),
            ("内部\n第一项", true),
            ("内部资料，注意保存", true),
            ("此件不得外传", true),
            ("楼内部楼梯间灯不亮", false),
            ("秘密花园小区门口积水", false),
            ("两家和好，保守彼此的秘密", false),
            ("五星级公厕", false),
            ("五★级公厕", false),
            ("★★★★★好评，路灯亮了", false),
            ("外墙内部材料脱落", false),
            ("小区内部使用的路灯不亮", false),
            ("仅限内部使用", true),
            ("★长期", true),
            ("★ 会议纪要", true),
            ("会议纪要★", true),
            ("内部 不要给外人看", true),
            ("内部：会议纪要", true),
            ("商场内部 电梯坏了", false),
            ("内部道路积水", false),
            ("CONFIDENTIAL minutes", true),
            ("the shop keeps my number confidential", false),
        ] {
            assert_eq!(marked(text).is_some(), stops, "{text}");
        }
    }

    #[test]
    fn a_report_against_an_official_is_another_authoritys() {
        for (text, is) in [
            ("某干部受贿", true),
            ("书记贪 污公款", true),
            ("书记贪·污公款", true),
            ("所长收受红包", true),
            ("办事员收受了老板两万元红包", true),
            ("收受他人财物才给办证", true),
            ("扶贫款被村干部截留私分", true),
            ("镇长吃拿卡要收了钱", true),
            ("The secretary takes bribes", true),
            ("窗口人员态度不好", false),
            ("驿站收受包裹太慢", false),
            ("代收点收受快递，还发红包拉客", false),
            ("喜事红包互相攀比", false),
        ] {
            assert_eq!(against_official(text), is, "{text}");
        }
    }

    #[test]
    fn a_number_that_is_a_persons_is_known() {
        for (number, is) in [
            ("411524199001011234", true),
            ("41152419900101123x", true),
            ("身份证４１１５２４１９９００１０１１２３Ｘ", true),
            ("411524900101123", true),
            ("13800000000", true),
            ("来电 13800000000", true),
            ("12345-2022-000123", false),
            ("20220414000123", false),
            ("202204140000123456", false),
            ("411524202213450001", false),
            ("督〔2022〕3号", false),
            ("12800000000", false),
        ] {
            assert_eq!(number_of_a_person(number), is, "{number}");
        }
    }
}
