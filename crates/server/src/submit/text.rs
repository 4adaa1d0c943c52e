//! What a text may be before it becomes an entry beside the ledger.

use zongheng_core::secrecy;

/// Why a text is refused; none where it may stand. `most` counts characters.
pub fn fault(text: &str, most: usize) -> Option<String> {
    if text.trim().is_empty() {
        return Some("write something".to_owned());
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Some("it holds a control character that cannot be kept".to_owned());
    }
    let length = text.chars().count();
    if length > most {
        return Some(format!("{length} characters: at most {most}"));
    }
    if let Some(mark) = secrecy::marked(text) {
        return Some(format!(
            "it bears the mark \"{mark}\": secret and internal papers do not enter here; write an extract of \
             what is to be done"
        ));
    }
    if let Some(number) = identity_number(text) {
        return Some(format!(
            "an identity number stands in it ({}…): take it out, this text is shown to others",
            &number[..6]
        ));
    }
    None
}

/// The first resident identity number in a text: 17 digits and the check character of GB 11643-1999,
/// also where they are written in full width or in groups.
fn identity_number(text: &str) -> Option<String> {
    let plain: Vec<char> = text.chars().map(half_width).collect();
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    (0..plain.len()).find_map(|start| {
        let before = start.checked_sub(1).and_then(|i| plain.get(i));
        if digit(before) || !digit(plain.get(start)) {
            return None;
        }
        let (mut number, mut at) = (String::new(), start);
        while let Some(c) = plain.get(at) {
            if number.len() < 17 && c.is_ascii_digit() || number.len() == 17 && is_check(*c) {
                number.push(*c);
            } else if !is_between(*c) || plain.get(at - 1).is_some_and(|c| is_between(*c)) {
                break;
            }
            at += 1;
            if number.len() == 18 {
                break;
            }
        }
        let whole = is_identity_number(number.as_bytes()) && !digit(plain.get(at));
        whole.then_some(number)
    })
}

/// ０ to ９ and Ｘ as they are typed in half width.
fn half_width(c: char) -> char {
    match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

const fn is_check(c: char) -> bool {
    matches!(c, '0'..='9' | 'X' | 'x')
}

/// What people put between the groups of a long number.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '·' | '—' | '–')
}

fn is_identity_number(number: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    if number.len() != 18 || !number[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    // Two numbers beside each other are no person's: the middle is a day of birth.
    let of = |from: usize, to: usize| {
        number[from..to].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'))
    };
    if !(1850..2100).contains(&of(6, 10))
        || !(1..=12).contains(&of(10, 12))
        || !(1..=31).contains(&of(12, 14))
    {
        return false;
    }
    let sum: u32 = number.iter().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    let wanted = CHECKS[(sum % 11) as usize];
    number[17].to_ascii_uppercase() == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_numbers_are_told_from_other_digits() {
        // The sample number printed in the standard GB 11643-1999, annex A.
        for (text, stands) in [
            ("身份证11010519491231002X，请核实", true),
            ("身份证11010519491231002x", true),
            ("编号110105194912310021", false),
            ("流水号9110105194912310020017", false),
            ("身份证 110105 19491231 002X", true),
            ("１１０１０５１９４９１２３１００２Ｘ", true),
            ("110105-1949-1231-002x 他的", true),
            ("2025 11010519491231002X", true),
            ("电话 13800000000 和 1390000", false),
            ("110105  19491231  002X", false),
            ("路灯不亮", false),
        ] {
            assert_eq!(identity_number(text).is_some(), stands, "{text}");
        }
    }

    #[test]
    fn empty_long_and_broken_texts_are_refused_with_a_reason() {
        assert!(fault(" \n", 10).is_some());
        assert!(fault("a\0b", 10).is_some());
        assert_eq!(fault(&"长".repeat(11), 10).unwrap(), "11 characters: at most 10");
        assert_eq!(fault("修好了。\n两处", 10), None);
        assert!(fault("密级：机密", 99).unwrap().contains("密级"));
        assert_eq!(fault("楼内部灯不亮", 99), None);
    }
}
